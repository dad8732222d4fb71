import {
  type FieldNode,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  getArgumentValues,
  locatedError,
  type ResponsePath,
  responsePathAsArray,
} from 'graphql';
import { buildResolveInfo, type ExecutionContext } from 'graphql/execution/execute';

/**
 * Turns the value of a field into what is answered, or a promise of it: a scalar is serialised, of an object the selected fields
 * are executed, of a list each item. Throws where the value does not fit the field's type.
 */
export type Complete = (
  value: unknown,
  run: ExecutionContext,
  info: GraphQLResolveInfo,
  path: ResponsePath,
) => unknown;

/** Where a value of an answer stands: a field, or an item of a list. */
export interface Place {
  readonly nodes: readonly FieldNode[];
  /** Whether its type is non-null: then what fails here also fails the object or list around it. */
  readonly isRequired: boolean;
  readonly complete: Complete;
}

/** A selected field of one type, with all that is known of it before anything is read. */
export interface PlannedField extends Place {
  /** Its name in the answer. */
  readonly key: string;
  readonly node: FieldNode;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly parentType: GraphQLObjectType;
  readonly resolve: GraphQLFieldResolver<unknown, unknown>;
  /** Null for a field with a resolver, and for objects and lists. */
  readonly plain: PlainField | null;
}

/**
 * A field that is a property, and a scalar or an enum. It is read and completed without arguments, `info` or a path, which cost
 * more than the reading; they are made after all where the property turns out to be a function or a promise, or fails.
 */
export interface PlainField {
  read(source: unknown): unknown;
  complete(value: unknown): unknown;
}

/** Executes the fields of a selection, side by side. @returns their object, or a promise of it where one of them is a promise */
export function executeFields(
  run: ExecutionContext,
  fields: readonly PlannedField[],
  source: unknown,
  path: ResponsePath | undefined,
): Data | Promise<Data> {
  const data = new Data();
  const pending: string[] = [];
  try {
    for (const field of fields) {
      const value = field.plain
        ? readField(run, field, field.plain, source, path)
        : resolveField(run, field, source, path);
      data[field.key] = value;
      if (isPromise(value)) pending.push(field.key);
    }
  } catch (error) {
    if (pending.length === 0) throw error;
    // Nobody waits for the others any more, and their failures must not go unheard.
    return awaitFields(data, pending).finally(() => {
      throw error;
    });
  }
  return pending.length === 0 ? data : awaitFields(data, pending);
}

/** Executes the fields of a mutation: each begins when the one before it has ended. */
export async function executeSerially(
  run: ExecutionContext,
  fields: readonly PlannedField[],
  source: unknown,
): Promise<Data> {
  const data = new Data();
  for (const field of fields) data[field.key] = await resolveField(run, field, source, undefined);
  return data;
}

/** Completes a value that may be a promise. Where that fails, the error is noted and null answered, if the type allows null. */
export function settle(
  run: ExecutionContext,
  place: Place,
  value: unknown,
  info: GraphQLResolveInfo,
  path: ResponsePath,
): unknown {
  try {
    const completed = isPromise(value)
      ? value.then((resolved) => place.complete(resolved, run, info, path))
      : place.complete(value, run, info, path);
    return isPromise(completed)
      ? completed.then(undefined, (error: unknown) => fail(run, place, error, path))
      : completed;
  } catch (error) {
    return fail(run, place, error, path);
  }
}

/** Whether a value has to be waited for; GraphQL takes anything with a `then`. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && typeof (value as PromiseLike<unknown> | null)?.then === 'function';
}

/** Reads and completes a plain field. */
function readField(
  run: ExecutionContext,
  field: PlannedField,
  plain: PlainField,
  source: unknown,
  parentPath: ResponsePath | undefined,
): unknown {
  try {
    const value = plain.read(source);
    if (typeof value === 'function') return resolveField(run, field, source, parentPath);
    if (!isPromise(value)) return plain.complete(value);
    const path = pathOf(field, parentPath);
    return settle(run, field, value, infoOf(run, field, path), path);
  } catch (error) {
    return fail(run, field, error, pathOf(field, parentPath));
  }
}

/** Calls a field's resolver with all that it may ask for, and completes what it gives. */
function resolveField(
  run: ExecutionContext,
  field: PlannedField,
  source: unknown,
  parentPath: ResponsePath | undefined,
): unknown {
  const { definition, node } = field;
  const path = pathOf(field, parentPath);
  const info = infoOf(run, field, path);
  let value: unknown;
  try {
    const args = definition.args.length === 0 ? {} : getArgumentValues(definition, node, run.variableValues);
    value = field.resolve(source, args, run.contextValue, info);
  } catch (error) {
    return fail(run, field, error, path);
  }
  return settle(run, field, value, info, path);
}

/** Answers null and notes the error; where null is not allowed, throws it on to the object or list around it. */
function fail(run: ExecutionContext, place: Place, thrown: unknown, path: ResponsePath): null {
  const error = locatedError(thrown, place.nodes, responsePathAsArray(path));
  if (place.isRequired) throw error;
  run.collectedErrors.add(error, path);
  return null;
}

function pathOf({ key, parentType }: PlannedField, prev: ResponsePath | undefined): ResponsePath {
  return { prev, key, typename: parentType.name };
}

function infoOf(run: ExecutionContext, field: PlannedField, path: ResponsePath): GraphQLResolveInfo {
  return buildResolveInfo(run, field.definition, field.nodes, field.parentType, path);
}

async function awaitFields(data: Data, pending: readonly string[]): Promise<Data> {
  const values = await Promise.all(pending.map((key) => data[key]));
  for (const [index, key] of pending.entries()) data[key] = values[index];
  return data;
}

/**
 * An object of the answer. Its names come from clients, so it inherits nothing from Object. It is a class because V8 knows the
 * shape of its instances; `Object.create(null)` makes a dictionary, which takes twice as long to fill and to print.
 */
export class Data {
  [key: string]: unknown;
}
Object.setPrototypeOf(Data.prototype, null);
