/**
 * What a domain function throws when it was asked wrongly: malformed input or a missing right. What a
 * person can act on is returned instead, as a member of an outcome. How these look to a client is the
 * server's affair.
 */

/** Also for what exists in another workspace: to a stranger it does not exist. */
export class NotFound extends Error {
  override name = 'NotFound';
  constructor(what: string) {
    super(`There is no such ${what}.`);
  }
}

export class Unauthenticated extends Error {
  override name = 'Unauthenticated';
  constructor(message = 'Please sign in first.') {
    super(message);
  }
}

export class Forbidden extends Error {
  override name = 'Forbidden';
}

/** `path` leads to the value through the operation's arguments, e.g. `input.steps.0.waitDays`. */
export interface WrongField {
  path: string;
  message: string;
}

export class BadInput extends Error {
  override name = 'BadInput';
  constructor(readonly fields: readonly WrongField[]) {
    super(fields.map(({ path, message }) => `${path}: ${message}`).join('; '));
  }
}

/** Too often. `retryAt` is the first moment at which the same would be accepted. */
export class RateLimited extends Error {
  override name = 'RateLimited';
  constructor(
    readonly retryAt: Date,
    what = 'There were too many attempts.',
  ) {
    super(`${what} Please come back in ${inWords(retryAt.getTime() - Date.now())}.`);
  }
}

function inWords(milliseconds: number): string {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
  if (seconds < 90) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`;
}
