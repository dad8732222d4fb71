import { FailureReason, reasonOf } from './failureReasons';
import type { HeaderBag } from './headers';
import { groupsOf, type ParsedMail } from './mime';
import { splitNotice } from './notice';

/** What a report says of one recipient. */
export interface DeliveryFailure {
  /** Lower case; null where the report does not name who. */
  recipient: string | null;
  /** Enhanced status code (RFC 3463), the most exact that the report has. */
  status: string | null;
  /** The refusing server's own words. */
  diagnostic: string | null;
  /** `failed`, `delayed`, `delivered`, `relayed`, `expanded` (RFC 3464 §2.3.3). */
  action: string;
  /** Nothing more will be tried. The Action says so, never the class of the status: Gmail fails with 4.0.0. */
  permanent: boolean;
  /** Nobody can be reached at the address, now or later: it deserves a suppression. */
  deadAddress: boolean;
}

// A report for one outgoing mail names a few people; more is a list's, or an attack.
const MOST_FAILURES = 50;
const LONGEST_DIAGNOSTIC = 2_000;

/** Reads whom a delivery report is about: from its machine-readable part, else from what it says in words. */
export function readFailures(mail: ParsedMail): DeliveryFailure[] {
  const { words, returned } = splitNotice(mail.text);
  const failures = groupsOfReport(mail, words).map((group) => ofGroup(group, words));
  const named = failures.filter(({ recipient }) => recipient !== null);
  const found = named.length > 0 ? named : ofWords(mail, words, returned ?? mail.report?.returned ?? null);
  const unique = new Map(found.map((failure) => [failure.recipient, failure]));
  return [...unique.values()].slice(0, MOST_FAILURES);
}

/** True where the words or the subject speak of a delay and promise further attempts. */
export function saysDelayed(mail: ParsedMail): boolean {
  return DELAYED.test(mail.subject) || DELAYED.test(splitNotice(mail.text).words);
}

const DELAYED =
  /(?:has|have) not yet been delivered|(?:will be|still being) retried|has been delayed|delivery (?:incomplete|delayed)|status notification ?[(:] ?delay|delivery status notification: delayed|warning: (?:could not send message for past|message .{1,80} delayed)|will (?:keep|continue) (?:on )?trying|delivery attempts will continue|warning message only|delayed mail/i;

function groupsOfReport({ report }: ParsedMail, words: string): readonly HeaderBag[] {
  const groups = report?.status?.recipients.filter(namesRecipient) ?? [];
  if (groups.length > 0) return groups;
  // Some paste the status into the text, or label its part as plain text.
  return groupsOf(words).filter(
    (group) => namesRecipient(group) && (group.has('action') || group.has('status')),
  );
}

function namesRecipient(group: HeaderBag): boolean {
  return group.has('final-recipient') || group.has('original-recipient');
}

function ofGroup(group: HeaderBag, words: string): DeliveryFailure {
  // What we wrote to comes first: Final-Recipient is where forwarding led.
  const recipients = ['original-recipient', 'x-actual-recipient', 'final-recipient'].flatMap((field) =>
    addressesOf(group.first(field)),
  );
  const recipient = recipients[0] ?? null;
  const action = /^[a-z]+/.exec(group.first('action').toLowerCase())?.[0] ?? 'failed';
  const diagnostic = group.text('diagnostic-code').replace(/^[\w-]{1,40};\s*/, '');
  return judge({
    recipient,
    action: ACTIONS.has(action) ? action : 'failed',
    status: group.first('status'),
    diagnostic,
    words: wordsAbout(words, recipient),
  });
}

const ACTIONS = new Set(['failed', 'delayed', 'delivered', 'relayed', 'expanded']);

function ofWords(mail: ParsedMail, words: string, returned: HeaderBag | null): DeliveryFailure[] {
  const ours = new Set(mail.recipients);
  const action = saysDelayed(mail) ? 'delayed' : 'failed';
  const header = mail.headers.all('x-failed-recipients').flatMap((value) => addressesOf(value));
  const candidates = [
    header,
    addressesAtLineStart(words),
    addressesOf(words),
    returned?.mailboxes('to').map(({ address }) => address) ?? [],
  ];
  const recipients = candidates
    .map((list) => list.filter((address) => !ours.has(address)))
    .find((list) => list.length > 0);
  return (recipients ?? [null]).map((recipient) =>
    judge({
      recipient,
      action,
      status: '',
      diagnostic: '',
      words: `${mail.subject}\n${wordsAbout(words, recipient)}`,
    }),
  );
}

function judge(said: {
  recipient: string | null;
  action: string;
  status: string;
  diagnostic: string;
  words: string;
}): DeliveryFailure {
  const diagnostic = said.diagnostic || refusalIn(said.words);
  const status = exactStatus(said.status, diagnostic, said.words);
  const reason = reasonOf(
    said.diagnostic ? `${said.diagnostic}\n${phaseIn(said.words)}` : said.words,
    status,
  );
  const permanent = said.action === 'failed';
  return {
    recipient: said.recipient,
    status,
    diagnostic: diagnostic.slice(0, LONGEST_DIAGNOSTIC) || null,
    action: said.action,
    permanent,
    deadAddress: permanent && reason === FailureReason.DEAD_ADDRESS,
  };
}

/** The first status that says more than its class; x.0.0 is what systems write when they do not know. */
function exactStatus(...places: string[]): string | null {
  const codes = places.flatMap((place) => place.match(/(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])/g) ?? []);
  return codes.find((code) => !code.endsWith('.0.0')) ?? codes[0] ?? null;
}

/** The line in which a server refuses: an SMTP reply code, or else the whole. */
function refusalIn(words: string): string {
  const at = words.search(/(?<![\d.])[45]\d\d[ -](?:[45]\.\d{1,3}\.\d{1,3}|[^\d\s])/);
  return (at < 0 ? words : words.slice(at)).trim();
}

function phaseIn(words: string): string {
  return /in reply to (?:the )?(?:end of )?data\b|after end of data|>>> data/i.exec(words)?.[0] ?? '';
}

/** What a notice says under or beside one address, up to the next one that stands at the start of a line. */
function wordsAbout(words: string, recipient: string | null): string {
  if (recipient === null) return words;
  const lines = words.split('\n');
  const starts = lines.flatMap((line, at) => (addressesAtLineStart(line).length > 0 ? [at] : []));
  const mine = starts.filter((at) => lines[at]?.toLowerCase().includes(recipient));
  if (mine.length === 0) return words;
  return mine
    .map((at) =>
      lines.slice(at, starts.find((next) => next > at && !mine.includes(next)) ?? lines.length).join('\n'),
    )
    .join('\n');
}

const ADDRESS = /[^\s<>()[\]:;,"'|@=]{1,64}@[a-z0-9][a-z0-9.-]{0,250}\.?[a-z0-9]/gi;

function addressesOf(text: string): string[] {
  const spoken = text.replace(
    /(?:mail from|envelope-from|from|sender|contact|reply-to|return-path)[:\s]{1,3}<?[^\s<>]{1,320}>?/gi,
    ' ',
  );
  return [...new Set((spoken.match(ADDRESS) ?? []).map((address) => address.toLowerCase()))];
}

function addressesAtLineStart(words: string): string[] {
  return words.split('\n').flatMap((line) => {
    const bare = line.slice(0, 400).replace(/^[\s>*"'<-]+/, '');
    const [first] = addressesOf(bare);
    return first && bare.toLowerCase().startsWith(first) ? [first] : [];
  });
}
