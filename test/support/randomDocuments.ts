import {
  doTypesOverlap,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInputObjectType,
  isListType,
} from 'graphql';
import { draw } from './bewitched';

/** Their types are those of the schema of test/rules/execution.test.ts. */
const VARIABLES =
  '$a: Boolean!, $b: Boolean! = true, $n: Int, $s: String = "given", $w: Where, $c: Colour = RED';

/**
 * A document of one operation, drawn from a seed: named and inline fragments that overlap, aliases, merged fields,
 * @skip and @include, arguments by value and by variable. Most are valid.
 */
export function writeDocument(schema: GraphQLSchema, seed: string): string {
  const roll = createDice(seed);
  const isQuery = roll() < 0.8;
  const root = isQuery ? schema.getQueryType() : schema.getMutationType();
  const composites = Object.values(schema.getTypeMap()).filter(
    (type): type is GraphQLCompositeType => isCompositeType(type) && !type.name.startsWith('__'),
  );
  const fragments = ['F0', 'F1', 'F2'].map((name) => ({ name, on: pickOf(composites, roll) }));
  if (!root) throw new Error('A schema without roots');

  function writeSelection(type: GraphQLCompositeType, depth: number, spreads: typeof fragments): string {
    const parts = Array.from({ length: 1 + Math.floor(roll() * 4) }, () => {
      const kind = roll();
      const spread = pickOf(spreads, roll);
      if (kind < 0.15 && spread && doTypesOverlap(schema, type, spread.on)) {
        return `...${spread.name}${writeCondition()}`;
      }
      if (kind < 0.35 && depth > 0) {
        const other = pickOf(composites, roll);
        const on = doTypesOverlap(schema, type, other) ? other : type;
        return `... on ${on.name}${writeCondition()} ${writeSelection(on, depth - 1, spreads)}`;
      }
      return writeField(type, depth, spreads);
    });
    return `{ ${parts.join(' ')} }`;
  }

  function writeField(type: GraphQLCompositeType, depth: number, spreads: typeof fragments): string {
    const fields = 'getFields' in type ? Object.values(type.getFields()) : [];
    const field = pickOf(
      fields.filter(({ type: of }) => depth > 0 || !isCompositeType(getNamedType(of))),
      roll,
    );
    if (!field || roll() < 0.1) return `__typename${writeCondition()}`;
    const of = getNamedType(field.type);
    const selection = isCompositeType(of) ? writeSelection(of, depth - 1, spreads) : '';
    return `${writeCall(field, roll() < 0.3 ? 'other' : '')}${writeCondition()} ${selection}`;
  }

  function writeCondition(): string {
    const chance = roll();
    if (chance > 0.2) return '';
    const value = pickOf(['$a', '$b', 'true', 'false'], roll);
    return chance < 0.1 ? ` @skip(if: ${value})` : ` @include(if: ${value})`;
  }

  const body = writeSelection(root, 3, fragments);
  const written = fragments.map(
    ({ name, on }, index) =>
      `fragment ${name} on ${on.name} ${writeSelection(on, 1, fragments.slice(index + 1))}`,
  );
  return [`${isQuery ? 'query' : 'mutation'} (${VARIABLES}) ${body}`, ...written].join('\n');
}

/** Values of the variables: some are left out, and now and then all are wrong. */
export function drawVariables(seed: string): Record<string, unknown> {
  const roll = createDice(seed);
  if (roll() < 0.03) return { a: null, b: 'true', n: 1.5, s: 7, w: { none: true }, c: 'PINK' };
  const optional = {
    b: roll() < 0.5,
    n: pickOf([7, null], roll),
    s: pickOf(['text', null], roll),
    w: pickOf([{}, { min: 3, names: ['x', 'y'] }, { inner: { min: 4, inner: {} } }, null], roll),
    c: pickOf(['GREEN', null], roll),
  };
  return { a: roll() < 0.5, ...Object.fromEntries(Object.entries(optional).filter(() => roll() < 0.7)) };
}

/** Under one alias always the same arguments: such fields may be merged. */
function writeCall({ name, args }: GraphQLField<unknown, unknown>, variant: string): string {
  const given = args.flatMap((argument) => {
    const luck = draw(name, argument.name, variant);
    return luck < 0.3 ? [] : [`${argument.name}: ${writeValue(argument, luck)}`];
  });
  return `${variant && `${variant}_${name}: `}${name}${given.length > 0 ? `(${given.join(', ')})` : ''}`;
}

const LITERALS: Readonly<Record<string, string>> = {
  Int: '5',
  String: '"five"',
  Boolean: 'true',
  Colour: 'BLUE',
};
const OF_TYPE: Readonly<Record<string, string>> = {
  Int: '$n',
  String: '$s',
  Boolean: '$a',
  Colour: '$c',
  Where: '$w',
};

function writeValue({ type }: Pick<GraphQLArgument, 'type'>, luck: number): string {
  const named = getNullableType(type);
  if (luck < 0.4 && named === type) return 'null';
  if (isListType(named)) return `[${writeValue({ type: named.ofType as GraphQLInputType }, luck)}]`;
  if (luck < 0.7) return OF_TYPE[getNamedType(type).name] ?? 'null';
  if (isInputObjectType(named)) return '{ min: 2, names: "one", inner: { colour: $c } }';
  return LITERALS[getNamedType(type).name] ?? 'null';
}

/** Each throw is drawn from the seed and its number. */
function createDice(seed: string): () => number {
  let thrown = 0;
  return () => {
    thrown += 1;
    return draw(seed, thrown);
  };
}

function pickOf<Value>(values: readonly Value[], roll: () => number): Value {
  return values[Math.floor(roll() * values.length)] as Value;
}
