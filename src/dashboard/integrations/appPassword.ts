/** Of an App Password, as Google issues them. */
export const LETTERS = 16;

/**
 * What a person has typed or pasted so far: its letters without the spaces that Google shows between them (also
 * no-break and zero-width ones, which come along with a copy), and whether something else is among them.
 */
export function readAppPassword(typed: string): { letters: string; isForeign: boolean; isComplete: boolean } {
  const letters = typed.replace(/[\s\u200b-\u200d\u2060]/g, '').toLowerCase();
  const isForeign = /[^a-z]/.test(letters);
  return { letters, isForeign, isComplete: !isForeign && letters.length === LETTERS };
}
