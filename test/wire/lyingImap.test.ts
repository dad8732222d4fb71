import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from '../../src/sandbox/accounts';
import { type Lie, type LyingProxy, openLyingProxy } from '../support/lyingProxy';
import { answerTo, type Desk, type MailRoom, openMailRoom, type Sent } from '../support/watching';

/**
 * An IMAP server that says what is not so, in well-formed words, while mail comes in; and then the truth again. Nothing is
 * lost by it, nothing comes twice, and nothing comes that is no answer.
 */

let liar: LyingProxy;
let mail: MailRoom;
let account: Account;
let desk: Desk;
let sent: Sent;
/** What has come so far. */
const came: string[] = [];

beforeAll(async () => {
  mail = await openMailRoom(
    {},
    {
      imapUrl: async ({ imapUrl }) => {
        liar = await openLyingProxy(imapUrl);
        return `imap://127.0.0.1:${liar.port}`;
      },
    },
  );
  // All Mail would bring in what the inbox has lost.
  for (const capability of ['SPECIAL-USE', 'XLIST']) mail.sandbox.without.add(capability);
  account = mail.account('ann@gmail.com');
  desk = await mail.desk();
  sent = await desk.send(await desk.connect(account), 'silent@example.com');
});
afterEach(() => liar.tellTheTruth());
afterAll(async () => {
  await mail.close();
  await liar.close();
});

/** Says something else where it matches, and the truth of everything else. */
const replace =
  (pattern: RegExp, by: (match: string, ...groups: string[]) => string): Lie =>
  (response) => [response.replace(pattern, by)];

const FETCHED = /^\* \d+ FETCH \(/;
const UNTAGGED_UID = /\bUID (\d+)\b/;

const LIES: readonly (readonly [string, Lie])[] = [
  ['more mail than there is', replace(/^\* (\d+) EXISTS/, (_, n) => `* ${Number(n) + 7} EXISTS`)],
  ['less mail than there is', replace(/^\* (\d+) EXISTS/, (_, n) => `* ${Number(n) - 1} EXISTS`)],
  ['no mail at all', replace(/^\* \d+ EXISTS/, () => '* 0 EXISTS')],
  [
    'mail that nobody asked for',
    replace(/\bUID (\d+)\b(?=.* RFC822\.SIZE)/, (_, uid) => `UID ${Number(uid) + 1_000}`),
  ],
  ['other sequence numbers', replace(/^\* (\d+) FETCH/, (_, n) => `* ${Number(n) + 3} FETCH`)],
  ['everything twice', (said) => (FETCHED.test(said) ? [said, said] : [said])],
  ['no UID', (said) => (FETCHED.test(said) ? [said.replace(/UID \d+ ?/, '')] : [said])],
  ['too small a size', replace(/RFC822\.SIZE \d+/, () => 'RFC822.SIZE 1')],
  ['too large a size', replace(/RFC822\.SIZE \d+/, () => 'RFC822.SIZE 99999999')],
  ['no header', (said) => (FETCHED.test(said) ? [withoutBytes(said)] : [said])],
  ['half of it first', (said) => (FETCHED.test(said) ? [withoutBytes(said), said] : [said])],
  [
    'news of flags between',
    (said) => (FETCHED.test(said) ? [flagsOf(said), said, '* 1 FETCH (FLAGS ())\r\n'] : [said]),
  ],
  [
    'that mail has gone',
    (said) => (FETCHED.test(said) ? ['* 1 EXPUNGE\r\n', said, '* 1 EXPUNGE\r\n'] : [said]),
  ],
  [
    'a UIDNEXT that runs backwards',
    replace(/\bUIDNEXT (\d+)/, (_, n) => `UIDNEXT ${Math.max(1, Number(n) - 2)}`),
  ],
  ['a UIDNEXT far ahead', replace(/\bUIDNEXT (\d+)/, (_, n) => `UIDNEXT ${Number(n) + 900}`)],
  [
    'that all folders are empty',
    replace(/^\* STATUS (.*) \(.*\)/, (_, name) => `* STATUS ${name} (MESSAGES 0 UIDNEXT 1 UIDVALIDITY 1)`),
  ],
  ['how other folders stand', replace(/^\* STATUS (.*) \(/, () => '* STATUS "Elsewhere" (')],
  [
    'two things of one folder',
    (said) => (said.startsWith('* STATUS') ? [said, said.replace(/MESSAGES \d+/, 'MESSAGES 0')] : [said]),
  ],
  ['another UIDVALIDITY', replace(/\bUIDVALIDITY (\d+)/, (_, n) => `UIDVALIDITY ${Number(n) + 1}`)],
];

/** All that it told, but no byte of the mail. */
function withoutBytes(response: string): string {
  const literal = / BODY\[[^\]]*\](?:<\d+>)? \{(\d+)\}\r\n/.exec(response);
  if (!literal) return response;
  const end = literal.index + literal[0].length + Number(literal[1]);
  return response.slice(0, literal.index) + response.slice(end);
}

function flagsOf(response: string): string {
  return `* 1 FETCH (UID ${UNTAGGED_UID.exec(response)?.[1] ?? 1} FLAGS (\\Seen))\r\n`;
}

test.each(LIES)('a server that tells of %s', async (what, lie) => {
  const deliver = (text: string, folder = '\\Inbox') =>
    account.deliver(answerTo(sent, `${text} ${what}`), { folder });
  const hasLied = liar.lie(lie, 30);
  account.deliver({
    from: 'News <news@elsewhere.example>',
    to: account.address,
    subject: 'New',
    text: 'new',
  });
  deliver('during');
  deliver('in spam', '\\Spam');
  await hasLied;
  liar.tellTheTruth();
  deliver('after');
  const wanted = ['after', 'during', 'in spam'].map((text) => `${text} ${what}`);
  const texts = await until(desk, (all) => wanted.every((text) => all.includes(text)));
  came.push(...wanted);
  expect(texts.toSorted()).toEqual(came.toSorted());
});

/** Reads what has come, each time that something may have, until it is enough. */
async function until(desk: Desk, isEnough: (texts: readonly string[]) => boolean): Promise<string[]> {
  const replies = desk.replies(await desk.cursor());
  try {
    for (;;) {
      const texts = (await desk.events()).map(({ message }) => message.text.trim());
      if (isEnough(texts)) return texts;
      await replies.next();
    }
  } finally {
    await replies.stop();
  }
}

/** As Gmail answers where it cannot read one of the messages: the others, and a refusal. */
function refuseToFetch(what: string): Lie {
  let isRefused = false;
  return (said) => {
    if (FETCHED.test(said) && said.includes(what)) {
      isRefused = true;
      return [];
    }
    if (!isRefused || !TAGGED_OK.test(said)) return [said];
    isRefused = false;
    return [said.replace(TAGGED_OK, '$1 NO Some messages could not be FETCHed (Failure)\r\n')];
  };
}

const TAGGED_OK = /^(\w+) OK .*\r\n/;

test('a mail that is never given holds up none of those around it, and is taken in once it is given', async () => {
  void liar.lie(refuseToFetch('Refused'), 0);
  account.deliver({ ...answerTo(sent, 'before the refused'), subject: 'Before' });
  account.deliver({ ...answerTo(sent, 'refused for long'), subject: 'Refused' });
  account.deliver({ ...answerTo(sent, 'behind the refused'), subject: 'Behind' });
  came.push('before the refused', 'behind the refused');
  const texts = await until(desk, (all) => all.includes('behind the refused'));
  expect(texts.toSorted()).toEqual(came.toSorted());
  liar.tellTheTruth();
  came.push('refused for long');
  await until(desk, (all) => all.includes('refused for long'));
});

test('a mail whose words are never given is shown without them', async () => {
  void liar.lie(refuseToFetch('never to be read'), 0);
  account.deliver(answerTo(sent, 'never to be read'));
  account.deliver(answerTo(sent, 'behind the unread'));
  came.push('behind the unread', 'This message could not be read here. Please look at it in Gmail.');
  const texts = await until(desk, (all) => all.length >= came.length);
  expect(texts.toSorted()).toEqual(came.toSorted());
});

test.each([
  ['late', 2],
  ['never', Number.POSITIVE_INFINITY],
])('a mail that is listed and shown %s is waited for, and not for ever', async (when, hides) => {
  await mail.process.watchers.stop();
  let left = hides;
  void liar.lie(
    (said) => (FETCHED.test(said) && said.includes(`Shown ${when}`) && left-- > 0 ? [] : [said]),
    0,
  );
  account.deliver({ ...answerTo(sent, `shown ${when}`), subject: `Shown ${when}` });
  for (let n = 0; n < 120; n++) {
    account.deliver({ from: `x${n}@elsewhere.example`, to: account.address, subject: 'New', text: 'new' });
  }
  account.deliver(answerTo(sent, `behind what is shown ${when}`));
  const wanted = [`behind what is shown ${when}`, ...(when === 'late' ? ['shown late'] : [])];
  came.push(...wanted);
  mail.process.watchers.start();
  const texts = await until(desk, (all) => wanted.every((text) => all.includes(text)));
  expect(texts.toSorted()).toEqual(came.toSorted());
});

test('an empty folder whose UIDNEXT is not told begins at its own beginning', async () => {
  const other = mail.account('other@gmail.com');
  for (let n = 0; n < 101; n++) {
    other.deliver({ from: `x${n}@elsewhere.example`, to: other.address, subject: 'New', text: 'new' });
  }
  void liar.lie(
    replace(/^(\* STATUS .*\(.*?) ?UIDNEXT \d+/, (_, before) => before ?? ''),
    0,
  );
  await desk.connect(other);
  expect(await cursorOfSpam(other.address)).toBe('0');
});

/** How far Spam has been read, once it was looked at. */
async function cursorOfSpam(email: string): Promise<string> {
  for (;;) {
    const [cursor] = await mail.process.db.query<{ last_uid: string }>(
      `SELECT last_uid FROM folder_cursors f JOIN connections c ON c.id = f.connection_id
        WHERE c.email = $1 AND folder LIKE '%Spam'`,
      [email],
    );
    if (cursor) return cursor.last_uid;
    await sleep(20);
  }
}
