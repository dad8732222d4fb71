import { type ValidationError, validate } from 'class-validator';
import { getNamedType } from 'graphql';
import type { ResolverData } from 'type-graphql';
import { BadInput, type WrongField } from '../lib/failures';

/**
 * Checks one argument of a resolver by the class-validator decorators of its class. Nullable fields may be left
 * out, and then nothing about them is checked.
 *
 * @throws BadInput with the path of each wrong value, from the arguments down
 */
export async function validateInput(value: unknown, type: unknown, { info }: ResolverData): Promise<void> {
  const values = Array.isArray(value) ? value : [value];
  const found = await Promise.all(values.map((item) => (isInput(item) ? validate(item, OPTIONS) : [])));
  const base = argumentName(type, info);
  const fields = found.flatMap((errors, index) =>
    flatten(errors, Array.isArray(value) ? [...base, String(index)] : base),
  );
  if (fields.length > 0) throw new BadInput(fields);
}

const OPTIONS = {
  skipMissingProperties: true,
  forbidUnknownValues: false,
  validationError: { target: false, value: false },
};

function isInput(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof Date);
}

/** The argument that takes this input type; none for a class of arguments, whose properties are arguments themselves. */
function argumentName(type: unknown, { parentType, fieldName }: ResolverData['info']): string[] {
  const name = typeof type === 'function' ? type.name : null;
  const argument = parentType
    .getFields()
    [fieldName]?.args.find((arg) => getNamedType(arg.type).name === name);
  return argument ? [argument.name] : [];
}

function flatten(errors: readonly ValidationError[], base: readonly string[]): WrongField[] {
  return errors.flatMap(({ property, constraints = {}, children = [] }) => {
    const path = [...base, property];
    const own = Object.values(constraints).map((message) => ({ path: path.join('.'), message }));
    return [...own, ...flatten(children, path)];
  });
}
