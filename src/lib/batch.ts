import DataLoader from 'dataloader';

type Load<Scope extends object, Key, Value> = (
  scope: Scope,
  keys: readonly Key[],
) => Promise<readonly (Value | Error)[]>;

const loaders = new WeakMap<object, Map<unknown, unknown>>();

/**
 * Loads one value, together with all others of its kind that are asked for in the same turn of the event
 * loop, by whichever request: a list of slots costs one query and not one a slot, and so do the lists of all who ask at
 * the same moment. Nothing is cached, so that nothing is ever stale.
 *
 * @param load answers keys with values in the same order
 */
export function loadTogether<Scope extends object, Key, Value>(
  scope: Scope,
  load: Load<Scope, Key, Value>,
  key: Key,
): Promise<Value> {
  const ofScope = loaders.get(scope) ?? new Map<unknown, unknown>();
  loaders.set(scope, ofScope);
  const loader =
    (ofScope.get(load) as DataLoader<Key, Value> | undefined) ??
    new DataLoader<Key, Value>((keys) => load(scope, keys), { cache: false, batchScheduleFn: setImmediate });
  ofScope.set(load, loader);
  return loader.load(key);
}
