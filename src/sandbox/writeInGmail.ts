import type { Account } from './accounts';
import { addressesIn } from './addresses';
import { composeMessage, type MessageParts, newMessageId } from './compose';
import { parseMime } from './mime';

/** A mail that a person writes in Gmail itself; `inReplyTo` is a Message-ID of a mail in the account. */
export type HandWritten = Omit<MessageParts, 'from'> & { cc?: string; bcc?: string; inReplyTo?: string };

/**
 * The person writes a mail in Gmail's own window: it stands in Sent, in the thread of what it answers when the subject fits,
 * and counts against the rolling limit. It is not carried on: nobody answers it.
 */
export function writeInGmail(
  account: Account,
  { cc, bcc, inReplyTo, ...parts }: HandWritten,
): { uid: number; threadId: string; messageId: string } {
  const messageId = parts.messageId ?? newMessageId('mail.gmail.com');
  const at = account.now();
  const raw = composeMessage({
    ...parts,
    from: account.displayName ? `${account.displayName} <${account.address}>` : account.address,
    messageId,
    date: at,
    headers: {
      ...(cc && { Cc: cc }),
      ...(bcc && { Bcc: bcc }),
      ...(inReplyTo && { 'In-Reply-To': inReplyTo, References: inReplyTo }),
      ...parts.headers,
    },
  });
  account.recordSent({
    messageId,
    originalMessageId: undefined,
    from: account.address,
    recipients: [parts.to, cc, bcc].flatMap(addressesIn),
    subject: parts.subject ?? '',
    raw,
    mime: parseMime(raw),
    at,
  });
  return { ...account.fileSent(raw, messageId, false), messageId };
}
