import { readFileSync } from 'node:fs';
import {
  buildSchema,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { createSchema } from '../../src/server/schema';
import { AWAITED } from './awaited';

/**
 * Clients are written against contract.graphql. Everything is flattened to facts, one a line, such as
 * `Slot.kind: SlotKind!`: our schema must state each fact of the contract, and may state more.
 */
const contract = factsOf(buildSchema(readFileSync('test/house/contract.graphql', 'utf8')).getTypeMap());
const ours = factsOf(createSchema().getTypeMap());

test('what both have agrees, and nothing is missing but what is awaited', () => {
  const missing = [...contract].filter(([name, fact]) => ours.get(name) !== fact && !isAwaited(name));
  expect(missing.map(([name, fact]) => `${name}${fact}, not ${ours.get(name) ?? 'missing'}`)).toEqual([]);
});

test('what has come is awaited no more: the list only shrinks', () => {
  expect(AWAITED.filter((name) => ours.has(name))).toEqual([]);
  expect(AWAITED.filter((name) => !contract.has(name))).toEqual([]);
});

test('what is added asks nothing of a client that knows only the contract', () => {
  const demands = [...ours].filter(
    ([name, fact]) => !contract.has(name) && contract.has(ownerOf(name)) && isDemand(name, fact),
  );
  expect(demands).toEqual([]);
});

/** An awaited type is awaited with all that is in it. */
function isAwaited(name: string): boolean {
  return AWAITED.includes(name) || (name !== ownerOf(name) && isAwaited(ownerOf(name)));
}

/** `Query.slot(id)` belongs to `Query.slot`, and that to `Query`. */
function ownerOf(name: string): string {
  return name.replace(/[.(][^.(]*$/, '');
}

/** A new argument or input field that must be given would break every client of before. */
function isDemand(name: string, fact: string): boolean {
  return name.includes('(') && fact.endsWith('!');
}

type Facts = ReadonlyMap<string, string>;

function factsOf(types: Readonly<Record<string, GraphQLNamedType>>): Facts {
  const named = Object.values(types).filter(({ name }) => !name.startsWith('__'));
  return new Map(
    named.flatMap((type) => [[type.name, kindOf(type)] as [string, string], ...factsOfType(type)]),
  );
}

function kindOf(type: GraphQLNamedType): string {
  return ` is a ${type.constructor.name}`;
}

function factsOfType(type: GraphQLNamedType): [string, string][] {
  if (isEnumType(type)) return type.getValues().map(({ name }) => [`${type.name}.${name}`, '']);
  if (isUnionType(type)) return type.getTypes().map(({ name }) => [`${type.name}.${name}`, '']);
  if (isInputObjectType(type))
    return Object.values(type.getFields()).map((field) => [`${type.name}(${field.name}`, typeOf(field)]);
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  const implemented = type
    .getInterfaces()
    .map(({ name }): [string, string] => [`${type.name}.implements ${name}`, '']);
  return [
    ...implemented,
    ...Object.values(type.getFields()).flatMap((field) => factsOfField(type.name, field)),
  ];
}

function factsOfField(owner: string, field: GraphQLField<unknown, unknown>): [string, string][] {
  const name = `${owner}.${field.name}`;
  return [
    [name, typeOf(field)],
    ...field.args.map((arg): [string, string] => [`${name}(${arg.name}`, typeOf(arg)]),
  ];
}

function typeOf({
  type,
}: Pick<GraphQLInputField, 'type'> | Pick<GraphQLField<unknown, unknown>, 'type'>): string {
  return `: ${type}`;
}
