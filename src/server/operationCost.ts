import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { DEFAULT_PAGE, MAX_PAGE } from '../lib/cursor';

/** What a list without a page is taken to hold: the steps of a campaign, the slots of a workspace. */
const LIST_SIZE = 10;
/** The whole schema is some 200 kB. */
const SCHEMA_COST = 2_000;

/** An operation as it was sent: its variables have not been looked at yet. */
export interface SentOperation {
  schema: GraphQLSchema;
  document: DocumentNode;
  operation: OperationDefinitionNode;
  variables: Readonly<Record<string, unknown>>;
}

export interface Weight {
  /** How many objects the answer may have; a field's `complexity` counts beside them. */
  cost: number;
  /** Whether it asks for the schema itself. */
  readsSchema: boolean;
}

/**
 * Weighs an operation of a valid document without running it: a page holds what `first` or `last` says, any other
 * list LIST_SIZE. Some 20 µs, and nothing when a document comes again whose page sizes depend on no variable.
 */
export function weigh(sent: SentOperation): Weight {
  const known = constant.get(sent.operation);
  if (known) return known;
  const { dependsOnVariables, ...weight } = weighAnew(sent);
  if (!dependsOnVariables) constant.set(sent.operation, weight);
  return weight;
}

/** Documents that are sent again are the same objects: whoever parses keeps them. */
const constant = new WeakMap<OperationDefinitionNode, Weight>();

function weighAnew({
  schema,
  document,
  operation,
  variables,
}: SentOperation): Weight & { dependsOnVariables: boolean } {
  let readsSchema = false;
  let dependsOnVariables = false;
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const known = new Map<string, number>();

  function costOfSelections(type: GraphQLCompositeType, { selections }: SelectionSetNode): number {
    let cost = 0;
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) cost += costOfField(type, selection);
      else if (selection.kind === Kind.FRAGMENT_SPREAD) cost += costOfFragment(selection.name.value);
      else
        cost += costOfSelections(
          compositeOf(selection.typeCondition?.name.value) ?? type,
          selection.selectionSet,
        );
    }
    return cost;
  }

  /** Each fragment is weighed once: a chain in which each spreads the next twice would double the work with every link. */
  function costOfFragment(name: string): number {
    const fragment = fragments.get(name);
    const type = compositeOf(fragment?.typeCondition.name.value);
    if (!fragment || !type) return 0;
    const cost = known.get(name) ?? costOfSelections(type, fragment.selectionSet);
    known.set(name, cost);
    return cost;
  }

  function costOfField(parent: GraphQLCompositeType, node: FieldNode): number {
    const name = node.name.value;
    if (name === '__schema' || name === '__type') {
      readsSchema = true;
      return SCHEMA_COST;
    }
    const field = 'getFields' in parent ? parent.getFields()[name] : undefined;
    if (!field) return 0; // __typename
    const own = Number(field.extensions['complexity'] ?? 0);
    const type = getNamedType(field.type);
    if (!isCompositeType(type) || !node.selectionSet) return own;
    return own + sizeOf(field, type, node) * (1 + costOfSelections(type, node.selectionSet));
  }

  function sizeOf(field: GraphQLField<unknown, unknown>, type: GraphQLNamedType, node: FieldNode): number {
    const page = field.args.find(({ name }) => name === 'first' || name === 'last');
    if (page) return pageOf(node, page.name);
    // The edges of a page were counted with the page.
    const isList = isListType(getNullableType(field.type)) && !type.name.endsWith('Edge');
    return isList ? LIST_SIZE : 1;
  }

  function pageOf(node: FieldNode, argument: string): number {
    const value = node.arguments?.find(({ name }) => name.value === argument)?.value;
    const size = value?.kind === Kind.VARIABLE ? variableOf(value.name.value) : numberOf(value);
    return typeof size === 'number' ? Math.min(Math.max(1, size), MAX_PAGE) : DEFAULT_PAGE; // any other is refused later
  }

  function variableOf(name: string): unknown {
    dependsOnVariables = true;
    if (name in variables) return variables[name];
    const declared = operation.variableDefinitions?.find(({ variable }) => variable.name.value === name);
    return numberOf(declared?.defaultValue);
  }

  function compositeOf(name: string | undefined): GraphQLCompositeType | null {
    const type = name === undefined ? undefined : schema.getType(name);
    return isCompositeType(type) ? type : null;
  }

  const root = schema.getRootType(operation.operation);
  const cost = root ? costOfSelections(root, operation.selectionSet) : 0;
  return { cost, readsSchema, dependsOnVariables };
}

function numberOf(value: ValueNode | undefined): number | null {
  return value?.kind === Kind.INT ? Number(value.value) : null;
}
