/** Those that the browser knows, and the one in use, which it may know by an older name. */
export function timezones(inUse: string): string[] {
  return [...new Set([inUse, 'UTC', ...Intl.supportedValuesOf('timeZone')])].sort();
}
