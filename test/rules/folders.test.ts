import type { ListResponse } from 'imapflow';
import { chooseFolders } from '../../src/gmail/folders';

/** Which folder is which, by what imapflow makes of a server's LIST. */

const folder = (path: string, flags: string[], more: Partial<ListResponse> = {}) =>
  ({ path, flags: new Set(flags), ...more }) as ListResponse;

const asks = (specialUse: string) => ({ specialUse, specialUseSource: 'name' as const });

test('an attribute counts whatever the name is, also where the server did not say that it has any', () => {
  const listed = [
    folder('INBOX', []),
    folder('[Gmail]/所有邮件', ['\\All']),
    folder('[Gmail]/已发邮件', ['\\Sent']),
    folder('Sent', [], asks('\\Sent')),
  ];
  const expected = { inbox: 'INBOX', all: '[Gmail]/所有邮件', sent: '[Gmail]/已发邮件', spam: null };
  for (const hasAttributes of [true, false]) expect(chooseFolders(listed, hasAttributes)).toEqual(expected);
});

test('a name counts only where there are no attributes', () => {
  const listed = [
    folder('INBOX', []),
    folder('Junk', [], asks('\\Junk')),
    folder('All', ['\\All', '\\Noselect']),
  ];
  const inbox = { inbox: 'INBOX', all: null, sent: null };
  expect(chooseFolders(listed, true)).toEqual({ ...inbox, spam: null });
  expect(chooseFolders(listed, false)).toEqual({ ...inbox, spam: 'Junk' });
});
