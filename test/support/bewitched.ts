import {
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
} from 'graphql';

/** What a run is told, as its context. */
export interface Spell {
  schema: GraphQLSchema;
  seed: string;
  /** How much goes wrong, from 0 to 1. */
  trouble: number;
  /** What resolvers and methods were called with, in their order. */
  calls: string[];
}

/**
 * Gives any schema resolvers whose values are drawn from the seed of a spell, so that the same is read however often and
 * by whomever: values, promises, functions, getters that throw, errors in the place of values, lists that are none.
 */
export function bewitch(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    if (isAbstractType(type) && draw(type.name) < 0.7) type.resolveType = resolveKind;
    if (isScalarType(type) && type.name === 'Odd') type.serialize = serializeOddly;
    if (!isObjectType(type)) continue;
    if (draw(type.name) < 0.6) type.isTypeOf = (value, spell) => isOfType(value, type.name, spell);
    for (const field of Object.values(type.getFields())) {
      if (draw(type.name, field.name) < 0.4) field.resolve = resolveByName;
    }
  }
  return schema;
}

/** An object of this type. Its properties are drawn when they are read. */
export function conjure(type: GraphQLObjectType, spell: Spell, at = 'root'): object {
  const object: Conjured = { [KIND]: { name: type.name, at } };
  for (const field of Object.values(type.getFields())) {
    const here = `${at}.${field.name}`;
    const method = (args: unknown, _context: unknown, info: GraphQLResolveInfo) => {
      note(spell, 'method', args, info);
      return drawValue(field.type, spell, here);
    };
    Object.defineProperty(object, field.name, {
      get: () => (draw(spell.seed, here, 'method') < 0.15 ? method : drawValue(field.type, spell, here)),
    });
  }
  // Without it, graphql-js asks each possible type in its turn.
  if (draw(spell.seed, at, 'typename') < 0.7) object.__typename = type.name;
  return object;
}

/** A number from 0 to 1, the same for the same words (FNV-1a, with MurmurHash3's last mix). */
export function draw(...words: readonly unknown[]): number {
  let hash = 0x811c9dc5;
  for (const character of words.join('|')) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

const KIND = Symbol('what it was conjured as');

interface Conjured {
  [KIND]?: { name: string; at: string };
  __typename?: string;
}

function resolveByName(
  source: Readonly<Record<string, unknown>>,
  args: unknown,
  spell: Spell,
  info: GraphQLResolveInfo,
) {
  note(spell, 'resolver', args, info);
  const value = source[info.fieldName];
  return typeof value === 'function' ? value(args, spell, info) : value;
}

function note({ calls }: Spell, what: string, args: unknown, info: GraphQLResolveInfo): void {
  const { fieldName, fieldNodes, returnType, parentType, path, operation, variableValues, fragments } = info;
  const nodes = [...fieldNodes, operation].map(({ loc }) => loc?.start);
  const names = [
    fieldName,
    String(returnType),
    parentType.name,
    Object.keys(fragments),
    typeof info.rootValue,
  ];
  calls.push(JSON.stringify([what, args, path, variableValues, nodes, names]));
}

function drawValue(type: GraphQLOutputType, spell: Spell, at: string): unknown {
  const fate = draw(spell.seed, at, 'trouble') / Math.max(spell.trouble, 1e-9);
  const fail = () => new Error(`Failed at ${at}`);
  if (fate < 0.2) throw fail();
  if (fate < 0.3) return fail();
  if (fate < 0.4) return later(spell, at, () => Promise.reject(fail()));
  if (fate < 0.5) return later(spell, at, fail);
  if (fate < 0.6) return null;
  if (fate < 0.7) return undefined;
  if (fate < 0.8) return later(spell, at, () => null);
  if (fate < 0.9) return { not: 'what was asked for' };
  if (fate < 1) return 'nothing of the kind';
  return draw(spell.seed, at, 'promise') < 0.25
    ? later(spell, at, () => drawSound(type, spell, at))
    : drawSound(type, spell, at);
}

function drawSound(type: GraphQLOutputType, spell: Spell, at: string): unknown {
  if (isNonNullType(type)) return drawSound(type.ofType, spell, at);
  if (isListType(type)) return drawList(type.ofType, spell, at);
  if (isObjectType(type)) return conjure(type, spell, at);
  if (isAbstractType(type))
    return conjure(pick(spell.schema.getPossibleTypes(type), spell.seed, at), spell, at);
  if (isEnumType(type)) return pick(type.getValues(), spell.seed, at).value;
  const number = Math.floor(draw(spell.seed, at) * 1_000);
  return type.name === 'Boolean' ? number % 2 === 0 : number % 2 === 0 ? number : String(number);
}

function drawList(type: GraphQLOutputType, spell: Spell, at: string): Iterable<unknown> {
  function* items(): Generator<unknown> {
    const length = Math.floor(draw(spell.seed, at, 'length') * 4);
    for (let index = 0; index < length; index += 1) yield drawValue(type, spell, `${at}.${index}`);
  }
  const kind = draw(spell.seed, at, 'list');
  return kind < 0.2 ? items() : kind < 0.3 ? new Set(items()) : [...items()];
}

/** After some turns of the queue of promises, or of the loop. Nobody may be left to hear of its failure. */
function later<Value>(spell: Spell, at: string, make: () => Value | Promise<Value>): Promise<Value> {
  const turns = Math.floor(draw(spell.seed, at, 'later') * 6);
  const value = wait(turns).then(make);
  value.catch(() => undefined);
  return value;
}

async function wait(turns: number): Promise<void> {
  if (turns === 5) await new Promise(setImmediate);
  else for (let turn = 0; turn < turns; turn += 1) await null;
}

const NO_KINDS = [null, undefined, 7, 'String', 'Query', 'Nowhere'];

function resolveKind(value: Conjured, spell: Spell): string | Promise<string> {
  const { name, at } = value[KIND] ?? { name: 'Nothing', at: '' };
  const fate = draw(spell.seed, at, 'kind') / Math.max(spell.trouble, 1e-9);
  if (fate < 0.1) throw new Error(`No kind at ${at}`);
  if (fate < 0.3) return pick(NO_KINDS, spell.seed, at) as string;
  return fate * spell.trouble < 0.3 ? later(spell, at, () => name) : name;
}

function isOfType(value: Conjured, name: string, spell: Spell): boolean | Promise<boolean> {
  const { at } = value[KIND] ?? { at: '' };
  const fate = draw(spell.seed, at, name, 'is') / Math.max(spell.trouble, 1e-9);
  if (fate < 0.1) throw new Error(`Unsure of ${name} at ${at}`);
  const isIt = value[KIND]?.name === name && fate > 0.2;
  return fate * spell.trouble < 0.3 ? later(spell, at, () => isIt) : isIt;
}

function serializeOddly(value: unknown): unknown {
  if (value === 'nothing of the kind') throw new Error('Odd');
  return typeof value === 'number' && value % 10 === 0 ? undefined : { odd: value };
}

function pick<Value>(values: readonly Value[], ...words: readonly unknown[]): Value {
  return values[Math.floor(draw(...words, 'pick') * values.length)] as Value;
}
