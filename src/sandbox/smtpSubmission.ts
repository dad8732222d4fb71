import { randomBytes } from 'node:crypto';
import { addressesIn } from './addresses';
import { encodeWords, formatDate, prependHeaders, removeHeader } from './compose';
import { headerOf, parseMime } from './mime';

/** What the server knows of a mail besides its bytes. */
export interface Submission {
  raw: Buffer;
  recipients: readonly string[];
  sender: { address: string; displayName: string; owns(address: string): boolean };
  client: { name: string; ip: string };
  queueId: string;
  at: Date;
}

/** A mail as Gmail sends it on and files it. */
export interface RewrittenMail {
  raw: Buffer;
  messageId: string;
  /** The Message-ID that the client had given, when it was no valid one. */
  originalMessageId: string | undefined;
}

/** Whether Gmail keeps a Message-ID: one @, no space, no trailing dot (what it is known to replace). */
function isValidMessageId(id: string): boolean {
  return /^<[^\s<>@]+@(?:[^\s<>@]*[^\s<>@.]|\[[^\s<>@]+\])>$/.test(id);
}

/**
 * What smtp.gmail.com does to a mail: an invalid or missing Message-ID is replaced, a From that is not the account's is
 * rewritten, a missing Date is added, Return-Path and Received go on top.
 */
export function rewriteSubmission({
  raw,
  recipients,
  sender,
  client,
  queueId,
  at,
}: Submission): RewrittenMail {
  const mime = parseMime(raw);
  let rewritten = raw;
  let added = '';

  const givenId = headerOf(mime, 'Message-ID')?.trim();
  const keepsId = givenId !== undefined && isValidMessageId(givenId);
  const messageId = keepsId ? givenId : generateMessageId();
  if (!keepsId) {
    rewritten = removeHeader(rewritten, 'Message-ID');
    added += `Message-ID: ${messageId}\r\n`;
    if (givenId) added += `X-Google-Original-Message-ID: ${givenId}\r\n`;
  }

  const from = headerOf(mime, 'From');
  const [author] = addressesIn(from);
  if (author === undefined || !sender.owns(author)) {
    const name = encodeWords(sender.displayName);
    rewritten = removeHeader(rewritten, 'From');
    added += `From: ${name ? `${name} <${sender.address}>` : sender.address}\r\n`;
    if (from) added += `X-Google-Original-From: ${from}\r\n`;
  }

  if (headerOf(mime, 'Date') === undefined) added += `Date: ${formatDate(at)}\r\n`;
  const forWhom = recipients.length === 1 ? `        for <${recipients[0]}>\r\n` : '';
  const received =
    `Return-Path: <${sender.address}>\r\n` +
    `Received: from ${client.name} ([${client.ip}])\r\n` +
    `        by smtp.gmail.com with ESMTPSA id ${queueId}\r\n` +
    forWhom +
    `        (version=TLS1_3 cipher=TLS_AES_128_GCM_SHA256 bits=128/128);\r\n` +
    `        ${formatDate(at)}\r\n`;
  return {
    raw: prependHeaders(rewritten, received + added),
    messageId,
    originalMessageId: keepsId ? undefined : givenId,
  };
}

/** The copy that a recipient inside Gmail gets: Delivered-To on top, Bcc gone. */
export function receivedCopy(raw: Buffer, recipient: string, at: Date): Buffer {
  const received = `Received: by 2002:a05:6a10:8a1 with SMTP id ${randomBytes(6).toString('hex')}; ${formatDate(at)}\r\n`;
  return prependHeaders(removeHeader(raw, 'Bcc'), `Delivered-To: ${recipient}\r\n${received}`);
}

function generateMessageId(): string {
  const hex = randomBytes(12).toString('hex');
  return `<${hex.slice(0, 8)}.${hex.slice(8, 16)}.${hex.slice(16, 22)}.39c0@mx.google.com>`;
}
