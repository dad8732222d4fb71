/** A name that nobody else has, made here. `crypto.randomUUID` is there on HTTPS and loopback only. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('-');
}
