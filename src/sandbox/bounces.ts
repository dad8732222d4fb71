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
  const bounce = describeBounce(kind, recipient);
  const delayed = kind === 'delayed';
  const [, domain = ''] = recipient.split('@');
  const remote = kind === 'noSuchUser' || kind === 'mailboxFull';
  const status = [
    'Reporting-MTA: dns; googlemail.com',
    `Arrival-Date: ${formatDate(at)}`,
    `X-Original-Message-ID: ${messageIdOf(original) ?? ''}`,
    '',
    `Final-Recipient: rfc822; ${recipient}`,
    `Action: ${delayed ? 'delayed' : 'failed'}`,
    `Status: ${bounce.status}`,
    ...(remote ? [`Remote-MTA: dns; mx.${domain}. (192.0.2.25, the server for the domain ${domain}.)`] : []),
    `Diagnostic-Code: smtp; ${bounce.diagnostic.replaceAll('\n', '\r\n ')}`,
    `Last-Attempt-Date: ${formatDate(at)}`,
    ...(delayed ? [`Will-Retry-Until: ${formatDate(new Date(at.getTime() + 2 * 86_400_000))}`] : []),
    '',
    '',
  ].join('\r\n');
  return report({
    sender,
    original,
    at,
    subject: `Delivery Status Notification (${delayed ? 'Delay' : 'Failure'})`,
    failed: delayed ? undefined : recipient, // delay notices lack X-Failed-Recipients
    text: `\r\n** ${bounce.title} **\r\n\r\n${bounce.explanation}\r\n\r\nThe response was:\r\n\r\n${bounce.diagnostic.replaceAll('\n', '\r\n')}\r\n`,
    status,
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
  const link = 'https://support.google.com/mail/answer/69585';
  const { text, diagnostic } = {
    limitReached: {
      text: 'You have reached a limit for sending mail. Your message was not sent.',
      diagnostic: 'You have reached a limit for sending mail. Your message was not sent.',
    },
    messageBlocked: {
      text: `** Message blocked **\r\n\r\nYour message to ${recipient} has been blocked. See technical details below for more information.\r\n\r\nThe response was:\r\n\r\nMessage rejected. For more information, go to ${link}`,
      diagnostic: `Message rejected. For more information, go to ${link}`,
    },
    messageBlockedLocalised: {
      text: `** Pesan diblokir **\r\n\r\nPesan Anda ke ${recipient} telah diblokir. Lihat detail teknis di bawah untuk informasi selengkapnya.\r\n\r\nTanggapannya adalah:\r\n\r\nMessage rejected. For more information, go to ${link}`,
      diagnostic: `Message rejected. For more information, go to ${link}`,
    },
  }[which];
  const status = [
    'Reporting-MTA: dns; googlemail.com',
    `Arrival-Date: ${formatDate(at)}`,
    `X-Original-Message-ID: ${messageIdOf(original) ?? ''}`,
    '',
    `Final-Recipient: rfc822; ${recipient}`,
    'Action: failed',
    `Status: ${which === 'limitReached' ? '4.4.5' : '5.7.1'}`,
    `Diagnostic-Code: smtp; ${diagnostic}`,
    `Last-Attempt-Date: ${formatDate(at)}`,
    '',
    '',
  ].join('\r\n');
  const subject = 'Delivery Status Notification (Failure)';
  return report({ sender, original, at, subject, failed: recipient, text, status });
}

function report(mail: {
  sender: string;
  original: MimePart;
  at: Date;
  subject: string;
  failed: string | undefined;
  text: string;
  status: string;
}): Buffer {
  const token = randomBytes(10).toString('hex');
  const boundary = `000000000000${token}`;
  const related = `${boundary}3c`;
  const alternative = `${boundary}3d`;
  const html = `<html><body><p>${escapeHtml(mail.text).replaceAll('\r\n', '<br/>\r\n')}</p></body></html>`;
  const texts = composeMultipart(alternative, [
    `Content-Type: text/plain; charset="UTF-8"\r\n\r\n${mail.text}\r\n`,
    `Content-Type: text/html; charset="UTF-8"\r\n\r\n${html}\r\n`,
  ]);
  const icon = [
    'Content-Type: image/png; name="icon.png"',
    'Content-Disposition: attachment; filename="icon.png"',
    'Content-Transfer-Encoding: base64',
    'Content-Id: <icon.png>',
    '',
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    '',
  ].join('\r\n');
  const content = composeMultipart(related, [
    `Content-Type: multipart/alternative; boundary="${alternative}"\r\n\r\n${texts}\r\n`,
    icon,
  ]);
  const body = composeMultipart(boundary, [
    `Content-Type: multipart/related; boundary="${related}"\r\n\r\n${content}\r\n`,
    `Content-Type: message/delivery-status\r\n\r\n${mail.status}`,
    `Content-Type: message/rfc822\r\n\r\n${quoteOriginal(mail.original)}\r\n`,
  ]);
  const parent = messageIdOf(mail.original);
  const headers = composeHeaders({
    from: DAEMON,
    to: mail.sender,
    subject: mail.subject,
    date: mail.at,
    messageId: `<${token.slice(0, 8)}.${token.slice(8, 16)}.${token.slice(16)}.4398.GMRIR@mx.google.com>`,
    headers: {
      'Return-Path': '<>',
      'Auto-Submitted': 'auto-replied',
      ...(parent ? { References: referencesTo(mail.original), 'In-Reply-To': parent } : {}),
      ...(mail.failed ? { 'X-Failed-Recipients': mail.failed } : {}),
      'Content-Type': `multipart/report; boundary="${boundary}"; report-type=delivery-status`,
    },
  });
  return Buffer.from(`${headers}\r\n${body}`, 'utf8');
}

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
