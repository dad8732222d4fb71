/** How long each answer is waited for, in milliseconds. */
export interface Timeouts {
  /** DNS, TCP and TLS together. */
  connect: number;
  /** From the connection to the server's first line. */
  greeting: number;
  login: number;
  /** Any single command, and silence in the middle of anything. */
  command: number;
  /** One message, sent or fetched, however slowly its bytes trickle. */
  message: number;
  /** Between two looks for news at a server that does not announce any. */
  poll: number;
  /** A polite goodbye (QUIT, LOGOUT); the socket is destroyed after it. */
  farewell: number;
}

/** What a session waits for unless it is told otherwise. */
export const DEFAULT_TIMEOUTS: Readonly<Timeouts> = {
  connect: 15_000,
  greeting: 15_000,
  login: 30_000,
  command: 30_000,
  message: 120_000,
  poll: 5_000,
  farewell: 2_000,
};
