import { rm } from 'node:fs/promises';
import { administer } from './testServer';

export default async function tearDown(): Promise<void> {
  const server = globalThis.testServer;
  if (!server) return;
  await administer(server.url, `DROP DATABASE ${process.env['TEST_TEMPLATE']} WITH (FORCE)`);
  await server.stop();
  if (server.directory) await rm(server.directory, { recursive: true, force: true });
}
