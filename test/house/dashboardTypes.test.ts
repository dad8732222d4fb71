import { spawnSync } from 'node:child_process';

test('the typed documents of the dashboard are what the schema says: npm run dashboard:types', () => {
  const { status, stderr } = spawnSync(process.execPath, ['src/dashboard/generate.mjs', '--check'], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
