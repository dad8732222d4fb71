/**
 * What one client may ask of this process. Each number is some ten times what our own pages and examples need;
 * limits on attempts, such as signing in, hold over all processes and stand with what they limit.
 */
export interface Limits {
  /** Of a request's body, and of one WebSocket message. An email's text has a limit of its own below it. */
  bytes: number;
  /** Of a document; the parser stops there. Validating the worst one of that size takes 60 ms of a processor. */
  tokens: number;
  /** Fields below each other. What GraphiQL asks of the schema has 15. */
  depth: number;
  aliases: number;
  /** Objects that an answer may have, as `costOf` counts them before anything is read. */
  cost: number;
  /** Until a request's body has come in. Files of prospects have a limit of their own. */
  receiveWithinMs: number;
  /** Until it is answered. Connecting to a Gmail that stalls at every step ends just before it. */
  answerWithinMs: number;
  /** Until a WebSocket has said connection_init. */
  initWithinMs: number;
  /** Between two pings of a WebSocket; one that has not answered the last is cut. */
  pingEveryMs: number;
  socketsOfPerson: number;
  /** Of a client's address, without a token. */
  socketsOfStrangers: number;
  /** Queries, mutations and subscriptions that run on one socket at the same time. */
  operationsOfSocket: number;
}

export const LIMITS: Limits = {
  bytes: 1024 * 1024,
  tokens: 2_000,
  depth: 15,
  aliases: 30,
  cost: 20_000,
  receiveWithinMs: 20_000,
  answerWithinMs: 180_000,
  initWithinMs: 3_000,
  pingEveryMs: 12_000,
  socketsOfPerson: 30,
  socketsOfStrangers: 20,
  operationsOfSocket: 100,
};
