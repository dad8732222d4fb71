import {
  type FieldNode,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  getArgumentValues,
  locatedError,
  type ResponsePath,
  responsePathAsArray,
} from 'graphql';
import { buildResolveInfo, type ExecutionContext } from 'graphql/execution/execute';

/** Makes of what was read what is answered, or a promise of it. Throws what is wrong with it. */
export type Complete = (
  value: unknown,
  run: ExecutionContext,
  info: GraphQLResolveInfo,
  path: ResponsePath,
) => unknown;

/** Where a value of an answer stands: a field, or an item of a list. */
export interface Place {
  readonly nodes: readonly FieldNode[];
  /** Whether its type is non-null: what fails here, fails what it stands in. */
  readonly isRequired: boolean;
  readonly complete: Complete;
}

/** A field of a selection, with all that is known of it before anything is read. */
export interface PlannedField extends Place {
  /** Its name in the answer. */
  readonly key: string;
  readonly node: FieldNode;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly parentType: GraphQLObjectType;
  readonly resolve: GraphQLFieldResolver<unknown, unknown>;
  /** For scalars and enums that need no resolver. */
  readonly plain: PlainField | null;
}

/** What is read and completed without arguments, `info` or a path: they are made for a field that turns out to need them. */
export interface PlainField {
  read(source: unknown): unknown;
  complete(value: unknown): unknown;
}

/** Of a selection, side by side. @returns an object, or a promise of it once one of its fields is a promise */
export function executeFields(
  run: ExecutionContext,
  fields: readonly PlannedField[],
  source: unknown,
  path: ResponsePath | undefined,
): Data | Promise<Data> {
  const data = new Data();
  const pending: string[] = [];
  try {
    for (const field of fields) {
      const value = field.plain
        ? readField(run, field, field.plain, source, path)
        : resolveField(run, field, source, path);
      data[field.key] = value;
      if (isPromise(value)) pending.push(field.key);
    }
  } catch (error) {
    if (pending.length === 0) throw error;
    // Nobody waits for the others any more, and their failures must not go unheard.
    return awaitFields(data, pending).finally(() => {
      throw error;
    });
  }
  return pending.length === 0 ? data : awaitFields(data, pending);
}

/** Of a mutation: each begins when the one before it has ended. */
export async function executeSerially(
  run: ExecutionContext,
  fields: readonly PlannedField[],
  source: unknown,
): Promise<Data> {
  const data = new Data();
  for (const field of fields) data[field.key] = await resolveField(run, field, source, undefined);
  return data;
}

/** Completes a value that may be a promise. What fails is noted, and null where the type lets it be. */
export function settle(
  run: ExecutionContext,
  place: Place,
  value: unknown,
  info: GraphQLResolveInfo,
  path: ResponsePath,
): unknown {
  try {
    const completed = isPromise(value)
      ? value.then((resolved) => place.complete(resolved, run, info, path))
      : place.complete(value, run, info, path);
    return isPromise(completed)
      ? completed.then(undefined, (error: unknown) => fail(run, place, error, path))
      : completed;
  } catch (error) {
    return fail(run, place, error, path);
  }
}

export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && typeof (value as PromiseLike<unknown> | null)?.then === 'function';
}

function readField(
  run: ExecutionContext,
  field: PlannedField,
  plain: PlainField,
  source: unknown,
  parentPath: ResponsePath | undefined,
): unknown {
  try {
    const value = plain.read(source);
    if (typeof value === 'function') return resolveField(run, field, source, parentPath);
    if (!isPromise(value)) return plain.complete(value);
    const path = pathOf(field, parentPath);
    return settle(run, field, value, infoOf(run, field, path), path);
  } catch (error) {
    return fail(run, field, error, pathOf(field, parentPath));
  }
}

function resolveField(
  run: ExecutionContext,
  field: PlannedField,
  source: unknown,
  parentPath: ResponsePath | undefined,
): unknown {
  const { definition, node } = field;
  const path = pathOf(field, parentPath);
  const info = infoOf(run, field, path);
  let value: unknown;
  try {
    const args = definition.args.length === 0 ? {} : getArgumentValues(definition, node, run.variableValues);
    value = field.resolve(source, args, run.contextValue, info);
  } catch (error) {
    return fail(run, field, error, path);
  }
  return settle(run, field, value, info, path);
}

function fail(run: ExecutionContext, place: Place, thrown: unknown, path: ResponsePath): null {
  const error = locatedError(thrown, place.nodes, responsePathAsArray(path));
  if (place.isRequired) throw error;
  run.collectedErrors.add(error, path);
  return null;
}

function pathOf({ key, parentType }: PlannedField, prev: ResponsePath | undefined): ResponsePath {
  return { prev, key, typename: parentType.name };
}

function infoOf(run: ExecutionContext, field: PlannedField, path: ResponsePath): GraphQLResolveInfo {
  return buildResolveInfo(run, field.definition, field.nodes, field.parentType, path);
}

async function awaitFields(data: Data, pending: readonly string[]): Promise<Data> {
  const values = await Promise.all(pending.map((key) => data[key]));
  for (const [index, key] of pending.entries()) data[key] = values[index];
  return data;
}

/**
 * Its names come from clients, so it inherits nothing of Object's. An instance of a class keeps a shape that the engine knows, where
 * `Object.create(null)` is a dictionary: that takes twice as long to fill, and to print.
 */
export class Data {
  [key: string]: unknown;
}
Object.setPrototypeOf(Data.prototype, null);
