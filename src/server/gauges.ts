import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Database } from '../database/database';
import { METERS } from '../lib/meters';
import { type InstallationState, readInstallationState } from '../replies/installationState';

/** What /metrics answers. */
export interface Metrics {
  contentType: string;
  metrics(): Promise<string>;
}

/** The plain ones: name, and what it means to whoever is woken. */
const GAUGES = {
  oldestProof: [
    'oldest_proof_seconds',
    'Since when the least proven connection has no proof; above 90 it is STALE',
  ],
  due: ['due_emails', 'One-off emails that are due and not claimed'],
  oldestDue: ['oldest_due_seconds', 'For how long the oldest of them has been due'],
  unknown: ['unknown_emails', 'Emails whose answer was lost, and that are looked up in Sent'],
  oldestUnknown: ['oldest_unknown_seconds', 'For how long the oldest of them has been in doubt'],
  claimed: ['claimed_emails', 'Emails that a process has claimed and not settled'],
  watching: ['watching_processes', 'Processes that watch'],
} as const satisfies Partial<Record<keyof InstallationState, readonly [string, string]>>;

/**
 * The lag of the event loop is measured so often, and contains this. At the default of 10 ms that alone is 0.45 % of a core,
 * at 100 ms 0.07 %.
 */
const LAG_LOOK_MS = 1_000;

/**
 * What an operator pages on, over the whole installation, beside what this process counts of itself. It is read when it is
 * asked for, in one query; while the database is away only `connectionsphere_database_up` is told of that, as 0.
 */
export function createMetrics(db: Database): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LAG_LOOK_MS });
  const gauge = <Label extends string = never>(name: string, help: string, labelNames: Label[] = []) =>
    new Gauge({ name: `connectionsphere_${name}`, help, labelNames, registers: [registry] });
  const isUp = gauge('database_up', 'Whether the database answers');
  const connections = gauge('connections', 'Connections in slots, by state', ['state']);
  const refusals = gauge('refused_connections', 'Connections that Gmail refuses now, by code', ['code']);
  const plain = (Object.keys(GAUGES) as (keyof typeof GAUGES)[]).map((key) => {
    const [name, help] = GAUGES[key];
    return { key, one: gauge(name, help) };
  });

  async function refresh(): Promise<void> {
    const state = await readInstallationState(db).catch(() => null);
    isUp.set(state ? 1 : 0);
    connections.reset();
    refusals.reset();
    for (const { key, one } of plain) {
      if (state) one.set(state[key]);
      else one.remove(); // reset() would tell of 0
    }
    if (!state) return;
    for (const [name, count] of Object.entries(state.connections)) connections.set({ state: name }, count);
    for (const [code, count] of Object.entries(state.refusals)) refusals.set({ code }, count);
  }

  return {
    contentType: registry.contentType,
    metrics: async () => {
      await refresh();
      return Registry.merge([registry, METERS]).metrics();
    },
  };
}
