import type { ValueTransformer } from 'typeorm';
import { type Problem, reviveProblem } from '../gmail/problem';

/** A problem in a jsonb column: its date comes back as a Date. */
export const problemColumn: ValueTransformer = {
  to: (problem: Problem | null | undefined) => problem ?? null,
  from: (stored: Parameters<typeof reviveProblem>[0] | null) => (stored ? reviveProblem(stored) : null),
};
