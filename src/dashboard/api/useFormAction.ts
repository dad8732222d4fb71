import type { AnyVariables, CombinedError, TypedDocumentNode } from 'urql';
import { fieldErrorsOf } from './createApi';
import { useAction } from './useAction';

/** The part of a form that is told what the server finds wrong with its fields. */
export interface Fields {
  values: object;
  setErrors(errors: Record<string, string>): void;
}

/** `useAction` for a form: what the server finds wrong with its fields is written beside them. */
export function useFormAction<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  form: Fields,
  changes?: string,
): ReturnType<typeof useAction<Data, Variables>> {
  return useAction(document, (error) => showFieldErrors(error, form), changes);
}

/** Writes what is wrong beside the fields that it is about, and returns whether it is about any of this form. */
export function showFieldErrors(error: CombinedError, form: Fields): boolean {
  const errors = Object.entries(fieldErrorsOf(error)).filter(([name]) => name in form.values);
  form.setErrors(Object.fromEntries(errors));
  return errors.length > 0;
}
