import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deliveryReport, mail } from '../rules/mail/build';

/** `npm run --silent explain -- FILE…`, as an operator, or a program of theirs, reads it: a line of JSON a file. */
test('each file is explained in one line of the same shape', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'explain-'));
  const files = { bounce: join(folder, 'bounce.eml'), away: join(folder, 'away.eml') };
  const failed =
    'Final-Recipient: rfc822; a@x.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 No such user';
  await writeFile(files.bounce, deliveryReport({}, 'It failed.', failed));
  await writeFile(
    files.away,
    mail({ 'Auto-Submitted': 'auto-replied' }, 'I am on vacation and back on 10 March 2025.'),
  );
  const args = ['run', '--silent', 'explain', '--', files.bounce, files.away];
  const { stdout } = await promisify(execFile)('npm', args);
  await rm(folder, { recursive: true });
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([
    {
      file: files.bounce,
      kind: 'BOUNCE',
      rule: 'delivery-status-failed',
      failures: [{ recipient: 'a@x.example', action: 'failed', status: '5.1.1', deadAddress: true }],
      replyText: expect.any(String),
      returnDate: null,
    },
    {
      file: files.away,
      kind: 'OUT_OF_OFFICE',
      rule: 'away-by-words',
      failures: [],
      replyText: 'I am on vacation and back on 10 March 2025.',
      returnDate: '2025-03-10',
    },
  ]);
});
