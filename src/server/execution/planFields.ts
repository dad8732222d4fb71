import {
  defaultFieldResolver,
  defaultTypeResolver,
  type FieldNode,
  type GraphQLAbstractType,
  GraphQLError,
  type GraphQLField,
  type GraphQLLeafType,
  type GraphQLList,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNullableType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  TypeNameMetaFieldDef,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields';
import { type ExecutionContext, getFieldDef } from 'graphql/execution/execute';
import { inspect } from 'graphql/jsutils/inspect';
import {
  type Complete,
  executeFields,
  isPromise,
  type PlainField,
  type PlannedField,
  settle,
} from './executeFields';

/** Where in a document a field is asked for, for what can be wrong with its value. */
interface Asked {
  nodes: readonly FieldNode[];
  /** `Type.field`, for messages. */
  label: string;
}

/**
 * Turns selections into fields that know how they are resolved and completed.
 *
 * What is selected below a field is planned only when the first object of a type is met there, and once for each type. Planned
 * ahead, a chain of fragments that each spread the next one twice would double the work with every link.
 */
export class Planner {
  /** How many fields were planned so far, as a measure of the memory that the plans take. */
  planned = 0;

  /** The fields at the root of an operation. @throws GraphQLError where the schema has no such operations */
  planOperation(run: ExecutionContext): readonly PlannedField[] {
    const { schema, fragments, variableValues, operation } = run;
    const rootType = schema.getRootType(operation.operation);
    if (!rootType) {
      const message = `Schema is not configured to execute ${operation.operation} operation.`;
      throw new GraphQLError(message, { nodes: operation });
    }
    const collected = collectFields(schema, fragments, variableValues, rootType, operation.selectionSet);
    return this.planFields(run, rootType, collected);
  }

  private planFields(
    run: ExecutionContext,
    parentType: GraphQLObjectType,
    collected: ReadonlyMap<string, readonly FieldNode[]>,
  ): PlannedField[] {
    const fields = [];
    for (const [key, nodes] of collected) {
      const [node] = nodes;
      const definition = node && getFieldDef(run.schema, parentType, node);
      if (definition) fields.push(this.planField(parentType, definition, key, node, nodes));
    }
    this.planned += 1 + fields.length; // a selection may be empty, and takes its place
    return fields;
  }

  private planField(
    parentType: GraphQLObjectType,
    definition: GraphQLField<unknown, unknown>,
    key: string,
    node: FieldNode,
    nodes: readonly FieldNode[],
  ): PlannedField {
    const { name, type, resolve = defaultFieldResolver } = definition;
    const asked = { nodes, label: `${parentType.name}.${name}` };
    const leaf = getNullableType(type);
    const read = planReading(parentType, definition);
    return {
      key,
      node,
      nodes,
      definition,
      parentType,
      resolve,
      isRequired: isNonNullType(type),
      complete: this.planCompletion(type, asked),
      plain: read && isLeafType(leaf) ? { read, complete: planLeaf(leaf, isNonNullType(type), asked) } : null,
    };
  }

  /** How a value of this type becomes what is answered. */
  private planCompletion(type: GraphQLOutputType, asked: Asked): Complete {
    const isRequired = isNonNullType(type);
    const inner = getNullableType(type);
    if (isLeafType(inner)) return planLeaf(inner, isRequired, asked);
    const complete = isListType(inner)
      ? this.planList(inner, asked)
      : isAbstractType(inner)
        ? this.planAbstract(inner, asked)
        : this.planObject(inner, asked);
    return (value, run, info, path) =>
      isMissing(value, isRequired, asked) ? null : complete(value, run, info, path);
  }

  private planList({ ofType }: GraphQLList<GraphQLOutputType>, asked: Asked): Complete {
    const place = {
      nodes: asked.nodes,
      isRequired: isNonNullType(ofType),
      complete: this.planCompletion(ofType, asked),
    };
    return (list, run, info, path) => {
      if (!isIterable(list)) {
        throw new GraphQLError(`Expected Iterable, but did not find one for field "${asked.label}".`);
      }
      const items: unknown[] = [];
      let isPending = false;
      try {
        for (const value of list) {
          const itemPath = { prev: path, key: items.length, typename: undefined };
          const item = settle(run, place, value, info, itemPath);
          isPending ||= isPromise(item);
          items.push(item);
        }
      } catch (error) {
        void Promise.allSettled(items); // nobody waits for the others any more
        throw error;
      }
      return isPending ? Promise.all(items) : items;
    };
  }

  /** An interface or a union: each value says of which type it is, and is completed as that. */
  private planAbstract(type: GraphQLAbstractType, asked: Asked): Complete {
    const known = new Map<unknown, Complete>();
    const resolveType = type.resolveType ?? defaultTypeResolver;

    const completeAs: (name: unknown, ...value: Parameters<Complete>) => unknown = (
      name,
      value,
      run,
      info,
      path,
    ) => {
      let complete = known.get(name);
      if (!complete) {
        const found = run.schema.getPossibleTypes(type).find((possible) => possible.name === name);
        if (!found) {
          const message = `Abstract type "${type.name}" was resolved to ${inspect(name)} for field "${asked.label}", which is none of its types.`;
          throw new GraphQLError(message);
        }
        complete = this.planObject(found, asked);
        known.set(name, complete);
      }
      return complete(value, run, info, path);
    };

    return (value, run, info, path) => {
      const name = resolveType(value, run.contextValue, info, type);
      return isPromise(name)
        ? name.then((resolved) => completeAs(resolved, value, run, info, path))
        : completeAs(name, value, run, info, path);
    };
  }

  private planObject(type: GraphQLObjectType, { nodes }: Asked): Complete {
    let fields: readonly PlannedField[] | undefined;
    return (value, run, info, path) => {
      fields ??= this.planFields(
        run,
        type,
        collectSubfields(run.schema, run.fragments, run.variableValues, type, nodes),
      );
      const planned = fields;
      const refuse = () => {
        throw new GraphQLError(`Expected value of type "${type.name}" but got: ${inspect(value)}.`, {
          nodes,
        });
      };
      const isOfType = type.isTypeOf ? type.isTypeOf(value, run.contextValue, info) : true;
      if (isPromise(isOfType)) {
        return isOfType.then((isIt) => (isIt ? executeFields(run, planned, value, path) : refuse()));
      }
      return isOfType ? executeFields(run, planned, value, path) : refuse();
    };
  }
}

/** How a field is read that has no resolver: null for one that has. */
function planReading(
  parentType: GraphQLObjectType,
  definition: GraphQLField<unknown, unknown>,
): PlainField['read'] | null {
  const { name, resolve } = definition;
  if (definition === TypeNameMetaFieldDef) return () => parentType.name;
  if (resolve && resolve !== defaultFieldResolver) return null;
  return (source) =>
    (typeof source === 'object' && source !== null) || typeof source === 'function'
      ? (source as Readonly<Record<string, unknown>>)[name]
      : undefined;
}

/** How a scalar or an enum is completed. */
function planLeaf(type: GraphQLLeafType, isRequired: boolean, asked: Asked): PlainField['complete'] {
  return (value) => {
    if (isMissing(value, isRequired, asked)) return null;
    const serialized = type.serialize(value);
    if (serialized !== null && serialized !== undefined) return serialized;
    const call = `${inspect(type)}.serialize(${inspect(value)})`;
    throw new Error(`Expected \`${call}\` to return non-nullable value, returned: ${inspect(serialized)}`);
  };
}

/** Whether there is no value, where that is allowed. @throws where it is not, and an error that was given in place of a value */
function isMissing(value: unknown, isRequired: boolean, { label }: Asked): boolean {
  if (value instanceof Error) throw value;
  if (value !== null && value !== undefined) return false;
  if (isRequired) throw new Error(`Cannot return null for non-nullable field ${label}.`);
  return true;
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return (
    typeof value === 'object' && typeof (value as Iterable<unknown> | null)?.[Symbol.iterator] === 'function'
  );
}
