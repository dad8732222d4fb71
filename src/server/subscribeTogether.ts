import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
} from 'graphql';
import { isAway, whenBack } from '../database/whenBack';
import type { Viewer } from '../identity/context';
import { stream } from '../lib/stream';
import type { Execute } from './execution/createExecutor';

type Results = AsyncIterableIterator<ExecutionResult>;

/**
 * What graphql-js's `subscribe` does; only that an event which many subscribers get, the same object for all of them, is
 * executed once for those of them who asked for the same and may see the same, and that it waits for a database that is away.
 */
export async function subscribeTogether(
  execute: Execute,
  args: ExecutionArgs,
  viewer: Viewer | null,
): Promise<ExecutionResult | Results> {
  const source = await createSourceEventStream(args);
  if (!(Symbol.asyncIterator in source)) return source;
  const events = source[Symbol.asyncIterator]();
  const asked = JSON.stringify([audienceOf(viewer), args.operationName, args.variableValues]);
  const told = stream(async function* (signal) {
    for (let next = await events.next(); !next.done; next = await events.next()) {
      const { value } = next;
      yield await whenBack(signal, () => executeWhole(execute, args, asked, value));
    }
  });
  const results: Results = {
    next: () => told.next(),
    async return() {
      await events.return?.();
      await told.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => results,
  };
  return results;
}

/** @throws what kept the database from being read: an event is not told without its fields */
async function executeWhole(
  execute: Execute,
  args: ExecutionArgs,
  asked: string,
  event: unknown,
): Promise<ExecutionResult> {
  const result = await executeOnce(execute, args, asked, event);
  const lost = result.errors?.find(({ originalError }) => isAway(originalError));
  if (lost) throw lost.originalError;
  return result;
}

/** How long a result is news: a subscriber who comes to an event later is told how things stand then. */
const NEWS_MS = 1_000;

interface Execution {
  result: Promise<ExecutionResult>;
  until: number;
}

const executions = new WeakMap<object, WeakMap<DocumentNode, Map<string, Execution>>>();

async function executeOnce(
  execute: Execute,
  args: ExecutionArgs,
  asked: string,
  event: unknown,
): Promise<ExecutionResult> {
  const run = async () => execute({ ...args, rootValue: event });
  if (typeof event !== 'object' || event === null) return run();
  const ofEvent = executions.get(event) ?? new WeakMap<DocumentNode, Map<string, Execution>>();
  executions.set(event, ofEvent);
  const ofDocument = ofEvent.get(args.document) ?? new Map<string, Execution>();
  ofEvent.set(args.document, ofDocument);
  const known = ofDocument.get(asked);
  if (known && performance.now() < known.until) return known.result;
  const execution = { result: run(), until: performance.now() + NEWS_MS };
  ofDocument.set(asked, execution);
  return execution.result;
}

/** One person sees the same through each of their sessions. */
function audienceOf(viewer: Viewer | null): Omit<Viewer, 'credentialId'> | null {
  if (!viewer) return null;
  const { credentialId: _, ...person } = viewer;
  return person;
}
