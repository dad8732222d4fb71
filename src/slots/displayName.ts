import type { WrongField } from '../lib/failures';

/** What is wrong with the name that stands before the address in From. An empty one is none. */
export function wrongDisplayName(name: string | null | undefined): WrongField[] {
  if (!name || (name.length <= 200 && !/[\p{Cc}\u2028\u2029]/u.test(name))) return [];
  return [{ path: 'input.displayName', message: 'A name is one line of at most 200 characters.' }];
}
