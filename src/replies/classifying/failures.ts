import type { HeaderBag } from '../reading/headers';
import { groupsOf, namesRecipient, type ParsedMail } from '../reading/mime';
import { splitNotice } from '../reading/notice';
import { FailureReason, reasonOf } from './failureReasons';

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
  const failures = groupsOfReport(mail, words)
    .slice(0, MOST_FAILURES)
    .map((group) => ofGroup(group, words));
  const named = failures.filter(({ recipient }) => recipient !== null);
  const found = named.length > 0 ? named : ofWords(mail, words, returned ?? mail.report?.returned ?? null);
  const unique = new Map(found.map((failure) => [failure.recipient, failure]));
  return [...unique.values()];
}

/** True where the words or the subject speak of a delay and promise further attempts. */
export function saysDelayed(mail: ParsedMail): boolean {
  return DELAYED.test(mail.subject) || DELAYED.test(splitNotice(mail.text).words);
}

const DELAYED =
  /(?:has|have) not yet been delivered|(?:will be|still being) retried|has been (?:delayed|postponed)|delivery (?:incomplete|delayed)|status notification ?[(:] ?delay|delivery status notification: delayed|warning: (?:could not send message for past|message .{1,80} delayed)|will (?:keep|continue) (?:on )?(?:trying|attempting|to (?:try|attempt))|delivery attempts will continue|warning message only|delayed mail/i;

/** True where a line of the words has somebody else's address alone: a notice lists whom it is about. */
export function listsRecipients(words: string, sender: string | null): boolean {
  return words.split('\n').some((line) => {
    const [, address] = LISTED.exec(line.slice(0, 400)) ?? [];
    return address !== undefined && address.toLowerCase() !== sender;
  });
}

const LISTED =
  /^[\s>*"'<-]{0,40}(?:(?:failed |original |intended )?(?:recipient|address|to)s?\s?:\s{0,9})?["'<]{0,3}([^\s<>@"':]{1,64}@[a-z0-9.-]{1,250})["'>:;,]{0,3}\s*$/i;

function groupsOfReport({ report }: ParsedMail, words: string): readonly HeaderBag[] {
  if (report?.status && report.status.recipients.length > 0) return report.status.recipients;
  // Some paste the status into the text, or label its part as plain text.
  return groupsOf(words).filter(
    (group) => namesRecipient(group) && (group.has('action') || group.has('status')),
  );
}

function ofGroup(group: HeaderBag, words: string): DeliveryFailure {
  // What we wrote to comes first: a forwarder may put where it led into Final-Recipient, and sendmail into X-Actual-Recipient.
  const recipients = ['original-recipient', 'final-recipient', 'x-actual-recipient'].flatMap((field) =>
    addressesOf(group.first(field)),
  );
  const recipient = recipients[0] ?? null;
  const action = /^[a-z]+/.exec(group.first('action').toLowerCase())?.[0] ?? 'failed';
  return judge({
    recipient,
    action: ACTIONS.has(action) ? action : 'failed',
    status: group.first('status'),
    diagnostic: group.text('diagnostic-code'),
    words: wordsAbout(words, recipient),
  });
}

const ACTIONS = new Set(['failed', 'delayed', 'delivered', 'relayed', 'expanded']);

function ofWords(mail: ParsedMail, words: string, returned: HeaderBag | null): DeliveryFailure[] {
  const ours = new Set(mail.recipients);
  const action = saysDelayed(mail) ? 'delayed' : 'failed';
  const header = mail.headers.all('x-failed-recipients').flatMap((value) => addressesOf(value));
  const named = addressesAtLineStart(words);
  const announced = addressesOf(words.split(ANNOUNCED)[1] ?? '');
  const candidates = [header, named, announced, addressesOf(words), addressesReturned(returned)]
    .map((list) => list.filter((address) => !ours.has(address)))
    // Somebody who wrote to their own address.
    .concat([named, header]);
  const recipients = candidates.find((list) => list.length > 0);
  return (recipients?.slice(0, MOST_FAILURES) ?? [null]).map((recipient) =>
    judge({
      recipient,
      action,
      status: '',
      diagnostic: '',
      words: `${mail.subject}\n${wordsAbout(words, recipient)}`,
    }),
  );
}

const ANNOUNCED = /\b(?:following|these) (?:recipient|address|user)[^\n:]{0,80}:/i;

function addressesReturned(returned: HeaderBag | null): string[] {
  return returned?.mailboxes('to').map(({ address }) => address) ?? [];
}

function judge(said: {
  recipient: string | null;
  action: string;
  status: string;
  diagnostic: string;
  words: string;
}): DeliveryFailure {
  // "smtp; 550 …": the type of what follows.
  const diagnostic = said.diagnostic.replace(/^[\w-]{1,40};\s*/, '') || refusalIn(said.words);
  const status = exactStatus(said.status, diagnostic);
  const reason = reasonOf(
    said.diagnostic ? `${said.diagnostic}\n${phaseIn(said.words)}` : said.words,
    status,
  );
  const permanent = said.action === 'failed';
  return {
    recipient: writtenTo(said.words, said.recipient) ?? said.recipient,
    status,
    diagnostic: diagnostic.slice(0, LONGEST_DIAGNOSTIC) || null,
    action: said.action,
    permanent,
    deadAddress:
      permanent &&
      reason === FailureReason.DEAD_ADDRESS &&
      (said.diagnostic !== '' || isProven(said.words, status)),
  };
}

/** Where an address only forwards: "x@there (generated from us@here)" of Exim, "(expanded from: us@here)" of sendmail. */
function writtenTo(words: string, recipient: string | null): string | null {
  const at = words.toLowerCase().indexOf(recipient ?? '');
  if (at < 0) return null;
  const [, origin] = FORWARDED.exec(words.slice(at + (recipient?.length ?? 0), at + 400)) ?? [];
  return origin?.toLowerCase() ?? null;
}
const FORWARDED =
  /^[^@]{0,200}?\((?:ultimately )?(?:generated|expanded) from:? {1,3}<?([^\s<>()@]{1,64}@[a-z0-9.-]{1,250})/i;

/**
 * Of words alone a bare reply code that tells neither status nor command may come from a content filter, which likes to
 * say "no such user": an address is not condemned on a guess, unless the notice says the same in its own lines.
 */
function isProven(words: string, status: string | null): boolean {
  const isBare = status === null && /\b55\d[\s-]/.test(words);
  return (
    !isBare ||
    /\brcpt\b|does not like recipient|(?:host|domain)(?: name)? (?:unknown|not found)|unknown host/i.test(
      words,
    ) ||
    reasonOf(words.replace(/^.*\b55\d[\s-].*$/gm, ''), null) === FailureReason.DEAD_ADDRESS
  );
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

/** The command that was refused, where the notice tells it. */
function phaseIn(words: string): string {
  return /end of (?:the )?data|>>> data|\brcpt\b/i.exec(words)?.[0] ?? '';
}

/** What a notice says under or beside one address, up to the next one that stands at the start of a line. */
function wordsAbout(words: string, recipient: string | null): string {
  const lines = words.split('\n');
  const starts = lines.flatMap((line, at) => addressesAtLineStart(line).map((address) => ({ address, at })));
  // A notice about one recipient is all about them; some name the reason first.
  if (new Set(starts.map(({ address }) => address)).size < 2) return words;
  const about = starts.flatMap(({ address, at }, index) =>
    address === recipient ? lines.slice(at, starts[index + 1]?.at ?? lines.length) : [],
  );
  return about.length > 0 ? about.join('\n') : words;
}

const ADDRESS = /[^\s<>()[\]:;,"'|@=（）：；，、。【】「」]{1,64}@[a-z0-9][a-z0-9.-]{0,250}\.?[a-z0-9]/gi;

function addressesOf(text: string): string[] {
  const spoken = text.replace(
    /(?:mail from|envelope-from|(?<!(?:generated|expanded) )from|sender|contact|reply-to|return-path)[:\s]{1,3}<?[^\s<>]{1,320}>?/gi,
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
