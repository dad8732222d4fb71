/** The object form of a union of names, as registerEnumType wants it: `{ SELF: 'SELF', FLY: 'FLY' }`. */
export function enumOf<const Name extends string>(...names: readonly Name[]): { [N in Name]: N } {
  return Object.fromEntries(names.map((name) => [name, name])) as { [N in Name]: N };
}
