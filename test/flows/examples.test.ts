import { readFileSync } from 'node:fs';
import { buildSchema, Kind, type OperationTypeNode, parse } from 'graphql';
import { type Example, readExamples } from '../../src/server/readExamples';
import { type ExampleWorld, openExampleWorld, SETTINGS, type Setting } from '../support/exampleSettings';

/** schema/examples.graphql is what a developer copies: each example works, and no operation is without one. */

const examples = readExamples(readFileSync('schema/examples.graphql', 'utf8'));
const subscriptions = examples.filter(({ kind }) => kind === 'subscription');
const requests = examples.filter(({ kind }) => kind !== 'subscription');

let world: ExampleWorld;

beforeAll(async () => {
  world = await openExampleWorld();
});
afterAll(() => world.stop());

test.each(requests)('$name: $description', async (example) => {
  const { as = world.owner, variables } = await settingOf(example);
  const answer = await as.send<Record<string, unknown>>(example.query, variables);
  expect(answer).toEqual({ data: expect.any(Object) });
  expect(mistakesIn(answer.data ?? {})).toEqual([]);
});

test.each(subscriptions)('$name: $description', async (example) => {
  const { variables, trigger } = await settingOf(example);
  const events = world.socket.subscribe<Record<string, unknown>>(example.query, variables);
  const begin = async () => {
    await world.socket.ask('{ viewer { id } }'); // on the same socket: the server read the subscription before it
    await trigger?.();
  };
  const [event] = await Promise.all([events.next(), begin()]);
  await events.stop();
  expect(mistakesIn(event)).toEqual([]);
});

test('every query, mutation and subscription has an example', () => {
  const shown = examples.flatMap(rootFieldsOf);
  expect(rootFieldsOfSchema().filter((field) => !shown.includes(field))).toEqual([]);
});

test('every setting belongs to an example, and each example has a name of its own', () => {
  const names = examples.map(({ name }) => name);
  expect(Object.keys(SETTINGS).filter((name) => !names.includes(name))).toEqual([]);
  expect(names).toEqual([...new Set(names)]);
});

async function settingOf({
  name,
  variables,
}: Example): Promise<Setting & { variables: Record<string, unknown> }> {
  const setting: Setting = (await SETTINGS[name]?.(world)) ?? {};
  return { ...setting, variables: layOver(JSON.parse(variables || '{}'), setting.variables ?? {}) };
}

/** What `over` has, into the lists and objects of `base`; the rest of `base` stays. */
function layOver(base: Record<string, unknown>, over: object): Record<string, unknown> {
  const merged = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    if (Array.isArray(below) && Array.isArray(value)) {
      merged[key] = Object.values(layOver({ ...below }, value));
    } else if (isObject(below) && isObject(value)) {
      merged[key] = layOver(below, value);
    } else {
      merged[key] = value;
    }
  }
  return merged;
}

/** A Failure, a null or a false is data to GraphQL; in an example it would be a mistake. */
function mistakesIn(data: Record<string, unknown>): unknown[] {
  return Object.values(data).filter(
    (value) => (!value && value !== 0) || (isObject(value) && 'code' in value),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function rootFieldsOf({ kind, query }: Example): string[] {
  return parse(query).definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION
      ? definition.selectionSet.selections.flatMap((selection) =>
          selection.kind === Kind.FIELD ? [`${kind} ${selection.name.value}`] : [],
        )
      : [],
  );
}

function rootFieldsOfSchema(): string[] {
  const schema = buildSchema(readFileSync('schema/schema.graphql', 'utf8'));
  return (['query', 'mutation', 'subscription'] as OperationTypeNode[]).flatMap((kind) =>
    Object.keys(schema.getRootType(kind)?.getFields() ?? {}).map((field) => `${kind} ${field}`),
  );
}
