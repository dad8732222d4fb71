import { Counter, Histogram, Registry } from 'prom-client';

/**
 * What this process counts of its own work, for /metrics. Every label has a few values that we know beforehand: what
 * clients or servers make up would fill the memory.
 */
export const METERS = new Registry();

const registers = [METERS];

export const transmissions = new Counter({
  name: 'connectionsphere_transmissions_total',
  help: 'Emails handed to Gmail, by what came of it',
  labelNames: ['outcome'],
  registers,
});

export const refusals = new Counter({
  name: 'connectionsphere_refusals_total',
  help: 'What Gmail refused, by protocol and code',
  labelNames: ['protocol', 'code'],
  registers,
});

export const pushSeconds = new Histogram({
  name: 'connectionsphere_push_seconds',
  help: "From Gmail's word that there is new mail until it was taken in and told to subscribers",
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
  registers,
});

export const operationSeconds = new Histogram({
  name: 'connectionsphere_graphql_seconds',
  help: 'Queries and mutations over HTTP until they were answered, by kind and whether without an error',
  labelNames: ['operation', 'outcome'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60],
  registers,
});
