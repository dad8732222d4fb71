import { readFileSync } from 'node:fs';
import {
  buildSchema,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLOutputType,
  getNamedType,
  getNullableType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type OperationTypeNode,
} from 'graphql';

/** One query, mutation or subscription of the printed schema. */
export interface Operation {
  /** `mutation signIn` */
  key: string;
  kind: OperationTypeNode;
  name: string;
  args: readonly GraphQLArgument[];
  type: GraphQLOutputType;
}

/** All of them, as they are committed. */
export function readOperations(): Operation[] {
  const schema = buildSchema(readFileSync('schema/schema.graphql', 'utf8'));
  return (['query', 'mutation', 'subscription'] as OperationTypeNode[]).flatMap((kind) =>
    Object.values(schema.getRootType(kind)?.getFields() ?? {}).map(({ name, args, type }) => ({
      key: `${kind} ${name}`,
      kind,
      name,
      args,
      type,
    })),
  );
}

type Fields = readonly (GraphQLArgument | GraphQLInputField)[];

/** Where IDs stand among the arguments: `input.steps.id`. */
export function idPathsOf(fields: Fields, base = ''): string[] {
  return fields.flatMap(({ name, type }) => {
    const named = getNamedType(type);
    if (isInputObjectType(named)) return idPathsOf(Object.values(named.getFields()), `${base}${name}.`);
    return named.name === 'ID' ? [base + name] : [];
  });
}

/** Asks for little, with those arguments that have a value. */
export function writeDocument({ kind, name, args, type }: Operation, values: object): string {
  const given = args.filter((arg) => arg.name in values);
  const declared = given.map((arg) => `$${arg.name}: ${arg.type}`).join(', ');
  const passed = given.map((arg) => `${arg.name}: $${arg.name}`).join(', ');
  return `${kind} ${declared && `(${declared})`} { ${name} ${passed && `(${passed})`} ${selectionOf(type)} }`;
}

/** Values for all arguments that must be, and for those on the way to one of the paths. */
export function fillIn(
  { args }: Operation,
  idAt: (path: string) => string,
  paths: readonly string[],
): Record<string, unknown> {
  return objectOf(args, '', idAt, paths);
}

/** What has to be right for an argument to be looked at at all, by its name; else any value of its type. */
const SAMPLES: Readonly<Record<string, unknown>> = {
  appPassword: 'abcdefghijklmnop',
  current: 'wrong horse battery',
  days: ['MON'],
  email: 'somebody@example.com',
  from: '09:00',
  to: '17:00',
  timezone: 'UTC',
  value: 'somebody@example.com',
  domain: 'example.com',
  'input.to': 'somebody@example.com',
  step: 0,
  selection: { tag: 'x' },
};

function selectionOf(type: GraphQLOutputType): string {
  const named = getNamedType(type);
  if (isLeafType(named)) return '';
  if (isAbstractType(named)) return '{ __typename ... on Failure { code message } }';
  const fields = isObjectType(named) ? Object.keys(named.getFields()) : [];
  return `{ __typename ${['id', 'totalCount', 'enrolled'].filter((field) => fields.includes(field)).join(' ')} }`;
}

function objectOf(
  fields: Fields,
  base: string,
  idAt: (path: string) => string,
  paths: readonly string[],
): Record<string, unknown> {
  return Object.fromEntries(
    fields.flatMap(({ name, type }) => {
      const path = base + name;
      const isWanted =
        isNonNullType(type) || paths.some((each) => each === path || each.startsWith(`${path}.`));
      return isWanted ? [[name, sampleOf(type, path, idAt, paths)]] : [];
    }),
  );
}

function sampleOf(
  type: GraphQLInputType,
  path: string,
  idAt: (path: string) => string,
  paths: readonly string[],
): unknown {
  const name = path.split('.').at(-1) ?? '';
  const sample = SAMPLES[path] ?? SAMPLES[name];
  if (sample !== undefined && !paths.some((each) => each.startsWith(`${path}.`))) return sample;
  const nullable = getNullableType(type);
  if (isListType(nullable)) return [sampleOf(nullable.ofType, path, idAt, paths)];
  if (isInputObjectType(nullable))
    return objectOf(Object.values(nullable.getFields()), `${path}.`, idAt, paths);
  if (isEnumType(nullable)) return nullable.getValues()[0]?.name;
  if (String(nullable) === 'ID') return idAt(path);
  return { Int: 1, Boolean: true }[String(nullable)] ?? 'some words of it';
}
