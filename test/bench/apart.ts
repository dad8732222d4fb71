import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** What a process costs: memory that is in RAM, and processor time since its start. */
export interface Costs {
  rssMiB: number;
  cpuMs: number;
}

/**
 * A part of a benchmark in a process of its own, so that its memory, its processor time and its garbage are its own.
 * It is one file of this folder, which calls `answer`.
 */
export class Apart {
  private readonly waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  private asked = 0;

  private constructor(private readonly child: ChildProcess) {
    child.on('message', ({ id, value, failure }: Reply) => {
      const question = this.waiting.get(id);
      this.waiting.delete(id);
      if (failure === undefined) question?.resolve(value);
      else question?.reject(new Error(failure));
    });
    child.once('exit', (code) => {
      for (const { reject } of this.waiting.values()) reject(new Error(`A part ended with ${code}`));
    });
  }

  /** @param file its name without `.ts` */
  static start(file: string, env: Readonly<Record<string, string>> = {}): Apart {
    const child = fork(join(__dirname, 'parts', `${file}.ts`), {
      execArgv: ['--expose-gc', '--require', join(__dirname, '../support/typescript.cjs')],
      // As it is run: graphql-js checks each type twice outside of production.
      env: { ...process.env, NODE_ENV: 'production', ...env },
    });
    return new Apart(child);
  }

  ask<Value>(question: string, details: object = {}): Promise<Value> {
    this.asked += 1;
    const id = this.asked;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.child.send({ id, question, details } satisfies Question);
    });
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }
}

/** Within such a process: answers what it is asked. `costs` and `cpuMs` are answered for everybody. */
export function answer(answers: Readonly<Record<string, (details: never) => unknown>>): void {
  const all: Readonly<Record<string, (details: never) => unknown>> = {
    costs: readCosts,
    cpuMs: readCpuMs,
    ...answers,
  };
  process.on('message', async ({ id, question, details }: Question) => {
    try {
      const value = await all[question]?.(details as never);
      process.send?.({ id, value } satisfies Reply);
    } catch (error) {
      process.send?.({ id, failure: String((error as Error).stack) } satisfies Reply);
    }
  });
  process.once('disconnect', () => process.exit(0));
}

/** Milliseconds on a clock that all processes of one machine share. */
export function sharedNow(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

interface Question {
  id: number;
  question: string;
  details: object;
}

interface Reply {
  id: number;
  value?: unknown;
  failure?: string;
}

/** After the garbage is gone: what is left is what is held. Its removal is no cost of what went before. */
function readCosts(): Costs {
  const cpuMs = readCpuMs();
  globalThis.gc?.();
  return { rssMiB: process.memoryUsage().rss / 1024 / 1024, cpuMs };
}

function readCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
