import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { startTestApp } from '../support/app';
import { openSocket } from '../support/client';

test('stopping ends open sockets with 1001, and waits for no idle connection', async () => {
  const app = await startTestApp();
  const socket = await openSocket(app.url, {});
  const agent = new Agent({ keepAlive: true });
  const [response] = await once(get(`${app.url}/healthz`, { agent }), 'response');
  response.resume();
  await once(response, 'end');

  await app.stop();
  expect(await socket.closed).toBe(1001);
  await expect(fetch(`${app.url}/healthz`)).rejects.toThrow();
  agent.destroy();
});
