import { DatabaseError } from 'pg';
import { QueryFailedError } from 'typeorm';
import { nap } from '../lib/nap';

/** How soon a database that was away is asked again. */
const RETRY_MS = 1_000;

/**
 * Reads, and while the database is away reads again: for what runs on for as long as somebody listens, and must not end because
 * PostgreSQL was started anew. All other failures are thrown, and so is this one once `signal` has aborted.
 */
export async function whenBack<T>(signal: AbortSignal, read: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await read();
    } catch (error) {
      if (signal.aborted || !isAway(error)) throw error;
      await nap(RETRY_MS, signal);
    }
  }
}

/**
 * Whether PostgreSQL, or a pooler before it, was not reached, stopped, or had no connection left (08, 53, 57P of its
 * error codes): what passes by itself.
 */
export function isAway(error: unknown): boolean {
  if (error instanceof QueryFailedError) return isAway(error.driverError);
  if (error instanceof DatabaseError) return /^(?:08|53|57P)/.test(error.code ?? '');
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return /^E[A-Z]+$/.test(code) || CUT_OFF.test(error.message);
}

/** pg has no codes for these. */
const CUT_OFF =
  /^(?:Connection terminated|Query read timeout|timeout (?:expired|exceeded)|Client (?:was closed|has encountered a connection error))/;
