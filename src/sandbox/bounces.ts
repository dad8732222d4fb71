import { randomBytes } from 'node:crypto';
import { composeHeaders, composeMultipart, escapeHtml, formatDate } from './compose';
import { type MimePart, plainTextOf } from './mime';
import type { LateRefusalName } from './refusals';
import { messageIdOf, referencesTo } from './threads';

/** Why a mail could not be delivered, or not yet. */
export const bounceKinds = ['noSuchUser', 'noSuchDomain', 'mailboxFull', 'unreachable', 'delayed'] as const;
export type BounceKind = (typeof bounceKinds)[number];

interface Bounce {
  title: string;
  explanation: string;
  status: string;
  diagnostic: string;
}

const DAEMON = 'Mail Delivery Subsystem <mailer-daemon@googlemail.com>';

/** The notice that Gmail's mailer daemon puts into the sender's Inbox (multipart/report, RFC 3464). */
export function composeBounce(
  kind: BounceKind,
  sender: string,
  recipient: string,
  original: MimePart,
  at: Date,
): Buffer {
  const { title, explanation, status, diagnostic } = describeBounce(kind, recipient);
  return composeReport({
    sender,
    recipient,
    original,
    at,
    action: kind === 'delayed' ? 'delayed' : 'failed',
    status,
    diagnostic,
    fromRemote: kind === 'noSuchUser' || kind === 'mailboxFull',
    text: `\n** ${title} **\n\n${explanation}\n\nThe response was:\n\n${diagnostic}\n`,
  });
}

/** The mail by which Gmail refuses after 250 OK: the copy is in Sent, and nobody received it. */
export function composeLateRefusal(
  which: LateRefusalName,
  sender: string,
  recipient: string,
  original: MimePart,
  at: Date,
): Buffer {
  const limit = 'You have reached a limit for sending mail. Your message was not sent.';
  const rejected =
    'Message rejected. For more information, go to https://support.google.com/mail/answer/69585';
  const texts: Record<LateRefusalName, string> = {
    limitReached: limit,
    messageBlocked: `\n** Message blocked **\n\nYour message to ${recipient} has been blocked. See technical details below for more information.\n\nThe response was:\n\n${rejected}\n`,
    messageBlockedLocalised: `\n** Pesan diblokir **\n\nPesan Anda ke ${recipient} telah diblokir. Lihat detail teknis di bawah untuk informasi selengkapnya.\n\nTanggapannya adalah:\n\n${rejected}\n`,
  };
  const isLimit = which === 'limitReached';
  return composeReport({
    sender,
    recipient,
    original,
    at,
    action: 'failed',
    status: isLimit ? '4.4.5' : '5.7.1', // of the first, nobody outside knows the status
    diagnostic: isLimit ? limit : rejected,
    fromRemote: false,
    text: texts[which],
  });
}

interface Report {
  sender: string;
  recipient: string;
  original: MimePart;
  at: Date;
  action: 'failed' | 'delayed';
  status: string;
  diagnostic: string;
  /** The recipient's server said it, not Gmail. */
  fromRemote: boolean;
  text: string;
}

function composeReport(report: Report): Buffer {
  const { sender, recipient, original, at, action } = report;
  const token = randomBytes(10).toString('hex');
  const boundary = `000000000000${token}`;
  const related = `${boundary}3c`;
  const alternative = `${boundary}3d`;
  const html = `<html><body><p>${escapeHtml(report.text).replaceAll('\n', '<br/>\n')}</p></body></html>`;
  const texts = composeMultipart(alternative, [
    `Content-Type: text/plain; charset="UTF-8"\n\n${report.text}\n`,
    `Content-Type: text/html; charset="UTF-8"\n\n${html}\n`,
  ]);
  const content = composeMultipart(related, [
    `Content-Type: multipart/alternative; boundary="${alternative}"\n\n${texts}\n`,
    ICON,
  ]);
  const body = composeMultipart(boundary, [
    `Content-Type: multipart/related; boundary="${related}"\n\n${content}\n`,
    `Content-Type: message/delivery-status\n\n${formatStatus(report)}`,
    `Content-Type: message/rfc822\n\n${quoteOriginal(original)}\n`,
  ]);
  const parent = messageIdOf(original);
  const headers = composeHeaders({
    from: DAEMON,
    to: sender,
    subject: `Delivery Status Notification (${action === 'delayed' ? 'Delay' : 'Failure'})`,
    date: at,
    messageId: `<${token.slice(0, 8)}.${token.slice(8, 16)}.${token.slice(16)}.4398.GMRIR@mx.google.com>`,
    headers: {
      'Return-Path': '<>',
      'Auto-Submitted': 'auto-replied',
      ...(parent ? { References: referencesTo(original), 'In-Reply-To': parent } : {}),
      ...(action === 'failed' ? { 'X-Failed-Recipients': recipient } : {}), // delay notices lack it
      'Content-Type': `multipart/report; boundary="${boundary}"; report-type=delivery-status`,
    },
  });
  return Buffer.from(`${headers}\r\n${body}`.replace(/\r?\n/g, '\r\n'), 'utf8');
}

/** The message/delivery-status part (RFC 3464). */
function formatStatus({ recipient, original, at, action, status, diagnostic, fromRemote }: Report): string {
  const [, domain = ''] = recipient.split('@');
  const remote = `Remote-MTA: dns; mx.${domain}. (192.0.2.25, the server for the domain ${domain}.)`;
  const retryUntil = `Will-Retry-Until: ${formatDate(new Date(at.getTime() + 2 * 86_400_000))}`;
  return [
    'Reporting-MTA: dns; googlemail.com',
    `Arrival-Date: ${formatDate(at)}`,
    `X-Original-Message-ID: ${messageIdOf(original) ?? ''}`,
    '',
    `Final-Recipient: rfc822; ${recipient}`,
    `Action: ${action}`,
    `Status: ${status}`,
    ...(fromRemote ? [remote] : []),
    `Diagnostic-Code: smtp; ${diagnostic.replaceAll('\n', '\n ')}`,
    `Last-Attempt-Date: ${formatDate(at)}`,
    ...(action === 'delayed' ? [retryUntil] : []),
    '',
    '',
  ].join('\n');
}

const ICON = [
  'Content-Type: image/png; name="icon.png"',
  'Content-Disposition: attachment; filename="icon.png"',
  'Content-Transfer-Encoding: base64',
  'Content-Id: <icon.png>',
  '',
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  '',
].join('\n');

/** The original as Gmail attaches it: its header, and the text when there is not much of it. */
function quoteOriginal(original: MimePart): string {
  const headers = original.headers
    .filter(({ name }) => !/^(content-|mime-version)/i.test(name))
    .map(({ name, value }) => `${name}: ${value}\r\n`)
    .join('');
  return `${headers}Content-Type: text/plain; charset="UTF-8"\r\n\r\n${plainTextOf(original).slice(0, 4096)}\r\n`;
}

function describeBounce(kind: BounceKind, recipient: string): Bounce {
  const [, domain = ''] = recipient.split('@');
  switch (kind) {
    case 'noSuchUser':
      return {
        title: 'Address not found',
        explanation: `Your message wasn't delivered to ${recipient} because the address couldn't be found, or is unable to receive mail.`,
        status: '5.1.1',
        diagnostic: `550-5.1.1 The email account that you tried to reach does not exist. Please try\n550-5.1.1 double-checking the recipient's email address for typos or\n550-5.1.1 unnecessary spaces. For more information, go to\n550 5.1.1  https://support.google.com/mail/?p=NoSuchUser - gsmtp`,
      };
    case 'noSuchDomain':
      return {
        title: 'Address not found',
        explanation: `Your message wasn't delivered to ${recipient} because the domain ${domain} couldn't be found. Check for typos or unnecessary spaces and try again.`,
        status: '4.0.0', // a 4 with Action: failed is final: Gmail does write it so
        diagnostic: `DNS Error: 80335577 DNS type 'mx' lookup of ${domain} responded with code NXDOMAIN\nDomain name not found: ${domain}`,
      };
    case 'mailboxFull':
      return {
        title: "Recipient's inbox is full",
        explanation: `Your message couldn't be delivered to ${recipient}. Their inbox is full, or it's getting too much mail right now.`,
        status: '5.2.2',
        diagnostic: `552 5.2.2 The email account that you tried to reach is over quota. - gsmtp`,
      };
    case 'unreachable':
    case 'delayed': {
      const final = kind === 'unreachable';
      return {
        title: final ? 'Message not delivered' : 'Delivery incomplete',
        explanation: final
          ? `Your message couldn't be delivered to ${recipient} because the remote server did not answer.`
          : `There was a temporary problem delivering your message to ${recipient}. Gmail will retry for 47 more hours. You'll be notified if the delivery fails permanently.`,
        status: '4.4.1',
        diagnostic: `The recipient server did not accept our requests to connect. Learn more at https://support.google.com/mail/answer/7720\n[${domain} 192.0.2.222: timed out]`,
      };
    }
  }
}
