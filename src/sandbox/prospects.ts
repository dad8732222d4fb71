import { addressesIn, parseMailboxes } from './addresses';
import { type BounceKind, bounceKinds } from './bounces';
import { composeMessage, escapeHtml } from './compose';
import { decodeWords, headerOf, type MimePart, plainTextOf } from './mime';
import { messageIdOf, referencesTo } from './threads';

/** What a prospect does with a mail. */
export const behaviours = [
  'answers',
  'answersToSpam',
  'unsubscribes',
  'away',
  'silent',
  'bounces',
  ...bounceKinds,
] as const;
export type Behaviour = (typeof behaviours)[number];

/** A person that the sandbox plays. */
export interface Prospect {
  behaviour: Behaviour;
  /** How long they take, in milliseconds. */
  delayMs?: number;
  /** What they write instead of one of the usual answers. */
  text?: string;
}

/** The domains whose every address is a prospect (RFC 2606, RFC 6761): none of them is anybody's. */
const PROSPECT_DOMAIN = /(?:^|\.)(?:example\.(?:com|org|net)|example|test)$/i;

/** How an address behaves that nobody configured: by its local part; undefined when nobody lives there. */
export function guessBehaviour(address: string): Behaviour | undefined {
  const [local = '', domain = ''] = address.toLowerCase().split('@');
  if (!PROSPECT_DOMAIN.test(domain)) return undefined;
  if (/^bounce/.test(local)) return 'bounces';
  if (/^(away|ooo)/.test(local)) return 'away';
  if (/^silent/.test(local)) return 'silent';
  if (/^(unsubscribe|optout)/.test(local)) return 'unsubscribes';
  if (/^spam/.test(local)) return 'answersToSpam';
  if (/^full/.test(local)) return 'mailboxFull';
  if (/^delay/.test(local)) return 'delayed';
  return 'answers';
}

/** The bounce behind a behaviour, or undefined when it is none. */
export function bounceOf(behaviour: Behaviour): BounceKind | undefined {
  if (behaviour === 'bounces') return 'noSuchUser';
  return bounceKinds.find((kind) => kind === behaviour);
}

/** What a prospect writes back to a mail, or undefined when they write nothing. */
export function composeAnswer(
  address: string,
  prospect: Prospect,
  original: MimePart,
  at: Date,
): Buffer | undefined {
  switch (prospect.behaviour) {
    case 'answers':
    case 'answersToSpam':
      return reply(address, prospect.text ?? pick(ANSWERS, address), original, at);
    case 'unsubscribes':
      return reply(address, prospect.text ?? 'Please remove me from your list.', original, at);
    case 'away':
      return outOfOffice(address, prospect.text, original, at);
    default:
      return undefined;
  }
}

/** A name made of an address: anna.lee@example.com is Anna Lee. */
export function nameOf(address: string): string {
  const [local = ''] = address.split('@');
  return local
    .split(/[._+-]+/)
    .filter((word) => word !== '')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
}

const ANSWERS = [
  'Thanks for reaching out! Yes, this is interesting for us.\nCould you do a call on Thursday afternoon?',
  'Hi,\n\nwhat would that cost for a team of twelve?',
  'Not the right person, sorry. Our head of operations handles this, I am forwarding your mail.',
  'Sounds good. Please send me some more details and I will have a look next week.',
  'Thank you, but we have just signed with somebody else. Feel free to ask again in spring.',
  'Yes please! Here is what we are looking for:\n\n1. something that works with our CRM\n2. no long contract\n\nWhen can we talk?',
];

function reply(address: string, text: string, original: MimePart, at: Date): Buffer {
  const name = nameOf(address);
  const [to] = parseMailboxes(replyField(original));
  const addressed = to ? `${to.local}@${to.domain}` : '';
  const who = to?.name ? `${decodeWords(to.name)} <${addressed}>` : `<${addressed}>`;
  const quoted = plainTextOf(original).trimEnd().split(/\r?\n/);
  const written = `${text}\n\nBest regards,\n${name}`;
  const attribution = `On ${gmailDate(headerOf(original, 'Date'), at)} ${who} wrote:`;
  const plain = `${written}\n\n${wrap(attribution)}\n\n${quoted.map((line) => `> ${line}`.trimEnd()).join('\n')}\n`;
  const html =
    `<div dir="ltr">${paragraphs(written)}</div><br><div class="gmail_quote gmail_quote_container">` +
    `<div dir="ltr" class="gmail_attr">${escapeHtml(attribution)}<br></div>` +
    `<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex">` +
    `${paragraphs(quoted.join('\n'))}</blockquote></div>`;
  return composeMessage({
    from: `${name} <${address}>`,
    to: headerOf(original, 'Reply-To') ?? headerOf(original, 'From') ?? '',
    subject: `Re: ${subjectOf(original).replace(/^re:\s*/i, '')}`,
    text: plain,
    html,
    date: at,
    headers: answerHeaders(original),
  });
}

function outOfOffice(address: string, text: string | undefined, original: MimePart, at: Date): Buffer {
  const back = new Date(at.getTime() + 7 * 86_400_000);
  const day = back.toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });
  const usual = `Hello,\n\nI am out of the office and will be back on ${day}.\nYour message is not forwarded.\n\n${nameOf(address)}\n`;
  return composeMessage({
    from: `${nameOf(address)} <${address}>`,
    to: addressesIn(replyField(original))[0] ?? '',
    subject: `Automatic reply: ${subjectOf(original)}`,
    text: text ?? usual,
    date: at,
    headers: {
      'Auto-Submitted': 'auto-replied',
      'X-Auto-Response-Suppress': 'All',
      Precedence: 'auto_reply',
      ...answerHeaders(original),
    },
  });
}

function answerHeaders(original: MimePart): Record<string, string> {
  const parent = messageIdOf(original);
  return parent ? { References: referencesTo(original), 'In-Reply-To': parent } : {};
}

function replyField(original: MimePart): string {
  return headerOf(original, 'Reply-To') ?? headerOf(original, 'From') ?? '';
}

function subjectOf(original: MimePart): string {
  return decodeWords(headerOf(original, 'Subject') ?? '');
}

/** The date as Gmail's English attribution line has it: Mon, Nov 23, 2026 at 4:18 AM. */
function gmailDate(field: string | undefined, fallback: Date): string {
  const parsed = new Date(field ?? '');
  const date = Number.isNaN(parsed.getTime()) ? fallback : parsed;
  return `${GMAIL_DAY.format(date)} at ${GMAIL_TIME.format(date)}`;
}

const GMAIL_DAY = new Intl.DateTimeFormat('en-US', {
  weekday: 'short',
  month: 'short',
  day: 'numeric',
  year: 'numeric',
  timeZone: 'UTC',
});
const GMAIL_TIME = new Intl.DateTimeFormat('en-US', { hour: 'numeric', minute: '2-digit', timeZone: 'UTC' });

function pick(choices: readonly string[], key: string): string {
  const sum = Array.from(key).reduce((total, char) => total + char.charCodeAt(0), 0);
  return choices[sum % choices.length] ?? '';
}

/** Gmail's plain text breaks at 76 columns, in the middle of the attribution too. */
function wrap(line: string): string {
  return line.length <= 76 ? line : line.replace(/^(.{1,75}) /, '$1\n');
}

function paragraphs(text: string): string {
  return text
    .split('\n')
    .map((line) => `<div>${escapeHtml(line.trimEnd()) || '<br>'}</div>`)
    .join('');
}
