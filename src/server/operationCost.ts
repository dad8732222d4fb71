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
  type SelectionNode,
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
  const known = constantWeights.get(sent.operation);
  if (known) return known;
  const { dependsOnVariables, ...weight } = new Weighing(sent).weigh();
  if (!dependsOnVariables) constantWeights.set(sent.operation, weight);
  return weight;
}

/** Of operations that depend on no variable. A document that is sent again is the same object: whoever parses it keeps it. */
const constantWeights = new WeakMap<OperationDefinitionNode, Weight>();

/** One operation, being weighed. */
class Weighing {
  private readonly fragments = new Map<string, FragmentDefinitionNode>();
  private readonly fragmentCosts = new Map<string, number>();
  private readsSchema = false;
  private dependsOnVariables = false;

  constructor(private readonly sent: SentOperation) {
    for (const definition of sent.document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(definition.name.value, definition);
    }
  }

  weigh(): Weight & { dependsOnVariables: boolean } {
    const { schema, operation } = this.sent;
    const root = schema.getRootType(operation.operation);
    const cost = root ? this.costOfSelections(root, operation.selectionSet) : 0;
    return { cost, readsSchema: this.readsSchema, dependsOnVariables: this.dependsOnVariables };
  }

  private costOfSelections(type: GraphQLCompositeType, { selections }: SelectionSetNode): number {
    return selections.reduce((cost, selection) => cost + this.costOfSelection(type, selection), 0);
  }

  private costOfSelection(type: GraphQLCompositeType, selection: SelectionNode): number {
    switch (selection.kind) {
      case Kind.FIELD:
        return this.costOfField(type, selection);
      case Kind.FRAGMENT_SPREAD:
        return this.costOfFragment(selection.name.value);
      case Kind.INLINE_FRAGMENT: {
        const narrowed = this.compositeOf(selection.typeCondition?.name.value) ?? type;
        return this.costOfSelections(narrowed, selection.selectionSet);
      }
    }
  }

  /** Each fragment is weighed once: a chain in which each spreads the next twice would double the work with every link. */
  private costOfFragment(name: string): number {
    const fragment = this.fragments.get(name);
    const type = this.compositeOf(fragment?.typeCondition.name.value);
    if (!fragment || !type) return 0;
    const cost = this.fragmentCosts.get(name) ?? this.costOfSelections(type, fragment.selectionSet);
    this.fragmentCosts.set(name, cost);
    return cost;
  }

  private costOfField(parent: GraphQLCompositeType, node: FieldNode): number {
    const name = node.name.value;
    if (name === '__schema' || name === '__type') {
      this.readsSchema = true;
      return SCHEMA_COST;
    }
    const field = 'getFields' in parent ? parent.getFields()[name] : undefined;
    if (!field) return 0; // __typename
    const own = Number(field.extensions['complexity'] ?? 0);
    const type = getNamedType(field.type);
    if (!isCompositeType(type) || !node.selectionSet) return own;
    return own + this.sizeOf(field, type, node) * (1 + this.costOfSelections(type, node.selectionSet));
  }

  /** How many objects a field may answer with. */
  private sizeOf(field: GraphQLField<unknown, unknown>, type: GraphQLNamedType, node: FieldNode): number {
    const page = field.args.find(({ name }) => name === 'first' || name === 'last');
    if (page) return this.pageOf(node, page.name);
    // The edges of a page were counted with the page.
    const isList = isListType(getNullableType(field.type)) && !type.name.endsWith('Edge');
    return isList ? LIST_SIZE : 1;
  }

  private pageOf(node: FieldNode, argument: string): number {
    const value = node.arguments?.find(({ name }) => name.value === argument)?.value;
    const size = value?.kind === Kind.VARIABLE ? this.variableOf(value.name.value) : numberOf(value);
    return typeof size === 'number' ? Math.min(Math.max(1, size), MAX_PAGE) : DEFAULT_PAGE; // any other is refused later
  }

  private variableOf(name: string): unknown {
    this.dependsOnVariables = true;
    const { variables, operation } = this.sent;
    if (name in variables) return variables[name];
    const declared = operation.variableDefinitions?.find(({ variable }) => variable.name.value === name);
    return numberOf(declared?.defaultValue);
  }

  private compositeOf(name: string | undefined): GraphQLCompositeType | null {
    const type = name === undefined ? undefined : this.sent.schema.getType(name);
    return isCompositeType(type) ? type : null;
  }
}

function numberOf(value: ValueNode | undefined): number | null {
  return value?.kind === Kind.INT ? Number(value.value) : null;
}
