import { readFileSync } from 'node:fs';
import {
  buildSchema,
  type DocumentNode,
  execute,
  type GraphQLError,
  type GraphQLSchema,
  getIntrospectionQuery,
  getOperationAST,
  OperationTypeNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { createExecutor, type Execute } from '../../src/server/execution/createExecutor';
import { readExamples } from '../../src/server/readExamples';
import { bewitch, conjure, type Spell } from '../support/bewitched';
import { drawVariables, writeDocument } from '../support/randomDocuments';

/** What is ours answers all that graphql-js answers, with the same words, in the same order, after the same calls. */

const TORTURE = bewitch(
  buildSchema(`
    enum Colour { RED GREEN BLUE }
    scalar Odd
    input Where { min: Int = 1, names: [String!], inner: Where, colour: Colour = GREEN }

    interface Node { id: ID! next(where: Where): Node }
    interface Named implements Node { id: ID! next(where: Where): Node name(prefix: String! = "Mr"): String! }
    type Cat implements Named & Node {
      id: ID! next(where: Where): Node name(prefix: String! = "Mr"): String!
      lives: Int! colour: Colour friends(first: Int = 3, of: [Colour!]): [Pet!] prey: [[Stone!]]
    }
    type Dog implements Node {
      id: ID! next(where: Where): Dog
      isGood: Boolean! odd: Odd tricks: [String!]! enemy: Cat! friends(first: Int = 3, of: [Colour!]): [Pet!]
    }
    type Stone { weight: Float! odd: Odd! colour(of: Colour!): Colour owner: Named! numbers: [[Int!]!] }
    union Pet = Cat | Dog | Stone

    type Query { pets(first: Int! = 2): [Pet] pet: Pet! node(where: Where): Node nodes: [Node!]! cat: Cat stone: Stone! odd(of: Odd): Odd }
    type Mutation { feed(where: Where!): Pet! rename(prefix: String = "x"): Named count: Int! stone: [Stone!] }`),
);

test('any document, with whatever its fields hold', async () => {
  const ours = createExecutor(TORTURE, 1_000); // a limit that is met every few documents
  const rules = specifiedRules.filter(({ name }) => !name.startsWith('NoUnused'));
  let executed = 0;
  for (let seed = 0; seed < 500; seed += 1) {
    const document = parse(writeDocument(TORTURE, `document ${seed}`));
    if (validate(TORTURE, document, rules).length > 0) continue;
    for (const trouble of [0, seed % 2 === 0 ? 0.03 : 0.3]) {
      executed += 1;
      const variables = drawVariables(`${seed} ${trouble}`);
      await compare(ours, TORTURE, { document, seed: `${seed}`, trouble, variables });
    }
  }
  expect(executed).toBeGreaterThan(700);
});

test('our own examples, and what GraphiQL asks', async () => {
  const schema = bewitch(buildSchema(readFileSync('schema/schema.graphql', 'utf8')));
  const ours = createExecutor(schema);
  for (const { query, variables, name } of readExamples(readFileSync('schema/examples.graphql', 'utf8'))) {
    for (const trouble of [0, 0.03, 0.1]) {
      const run = { document: parse(query), seed: name, trouble, variables: JSON.parse(variables || '{}') };
      await compare(ours, schema, run);
    }
  }
  await compare(ours, schema, {
    document: parse(getIntrospectionQuery()),
    seed: '',
    trouble: 0,
    variables: {},
  });
});

test.each<[what: string, query: string, operationName: string | null]>([
  [
    'names that objects inherit',
    '{ cat { __proto__: id then: id constructor: id toString: id hasOwnProperty: lives } }',
    null,
  ],
  ['a missing root', 'subscription { anything }', null],
  ['two operations', 'query A { cat { id } } query B { stone { weight } }', null],
  ['one of two operations', 'query A { cat { id } } query B { stone { weight } }', 'B'],
  ['none of two operations', 'query A { cat { id } } query B { stone { weight } }', 'C'],
  ['a field that is not there', '{ cat { barks id } }', null],
  ['a condition without a value', 'query ($a: Boolean = null) { cat { id @skip(if: $a) lives } }', null],
])('%s', async (_what, query, operationName) => {
  const run = { document: parse(query), seed: 'one', trouble: 0, variables: {}, operationName };
  await compare(createExecutor(TORTURE), TORTURE, run);
});

interface Run {
  document: DocumentNode;
  seed: string;
  trouble: number;
  variables: Record<string, unknown>;
  operationName?: string | null;
}

async function compare(ours: Execute, schema: GraphQLSchema, run: Run): Promise<void> {
  const hearAgain = hearAllFailures();
  const theirs = await runBy(async (args) => execute({ schema, ...args }), schema, run).finally(hearAgain);
  expect(await runBy(ours, schema, run)).toEqual(theirs);
}

async function runBy(
  execute: Execute,
  schema: GraphQLSchema,
  { document, variables, operationName, ...drawn }: Run,
) {
  const spell: Spell = { ...drawn, schema, calls: [] };
  const rootType = schema.getRootType(
    getOperationAST(document, operationName)?.operation ?? OperationTypeNode.QUERY,
  );
  const { data, errors } = await execute({
    document,
    contextValue: spell,
    rootValue: rootType && conjure(rootType, spell),
    variableValues: variables,
    operationName,
  });
  for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate); // what was given up runs to its end
  return { data: JSON.stringify(data), errors: errors?.map(show), calls: spell.calls.join('\n') };
}

/**
 * When an item of a list fails, graphql-js forgets those before it that it still waits for: if one of them fails, too,
 * nobody hears of it, and that ends a process. Ours does not; this keeps theirs from ending the test.
 */
function hearAllFailures(): () => void {
  const { then } = Promise.prototype;
  const heard = function (this: Promise<unknown>, ...listeners: Parameters<typeof then>) {
    const next = then.apply(this, listeners);
    then.call(next, undefined, () => undefined);
    return next;
  };
  const replace = (value: unknown) => {
    Object.defineProperty(Promise.prototype, 'then', { value });
  };
  replace(heard);
  return () => replace(then);
}

/** What a `resolveType` did wrong, we say in one way, and graphql-js in six. */
function show(error: GraphQLError): object {
  const { message, ...rest } = error.toJSON();
  return {
    ...rest,
    message: message.replace(/^(Abstract type|Runtime Object type|Support for returning).*/, 'Which type?'),
  };
}
