/** What LIKE and ILIKE take to find exactly this text anywhere: its own % and _ mean themselves. */
export function anywhere(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}
