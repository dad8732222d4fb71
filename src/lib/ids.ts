const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Whether a client's opaque id can be one of ours: PostgreSQL refuses to compare a uuid with anything else. */
export function isId(text: string): boolean {
  return UUID.test(text);
}
