import type { Sql } from '../../database/database';
import { canonicalAddress } from '../../gmail/address';
import type { MessageHead } from '../../gmail/imapSession';
import type { DeliveryFailure } from '../classifying/failures';
import { type MailHeads, type ParsedMail, parseHeads } from '../reading/mime';
import { MatchedBy, referencedMessageIds } from './matching';
import { findMails, type MailFacts, type Match, type MatchScope, matchFailedRecipient } from './matchMail';

/** What the head of a mail tells about it. */
export interface HeadedMail {
  message: MessageHead;
  heads: MailHeads;
  /** X-GM-MSGID, or its Message-ID where the server has none: the same mail in two folders is one. */
  identity: string;
}

/** And what our own tables tell. */
export interface RecognisedMail extends HeadedMail {
  /** Where it was taken in before: in Spam, or elsewhere; null if it was not. */
  knownInSpam: boolean | null;
  /** Our own copy in Sent or All Mail, or what one of our slots wrote to another: never a reply. */
  isOurs: boolean;
  /** Null also for a report whose head does not say on what. */
  match: Match | null;
}

/** Reads the head of a message, as far as it tells whose the message is. */
export function readHead(message: MessageHead): HeadedMail {
  const heads = parseHeads(message.headers);
  return { message, heads, identity: identityOf(message, heads) };
}

/** Recognises mails by their heads, with one query for all of them. */
export async function recogniseMails(
  db: Sql,
  scope: MatchScope & { email: string },
  mails: readonly HeadedMail[],
): Promise<RecognisedMail[]> {
  const known = await findMails(db, scope, mails.map(factsOf));
  const own = canonicalAddress(scope.email);
  return mails.map((mail, index) => {
    const { inSpam = null, isOurs = false, match = null } = known[index] ?? {};
    return {
      ...mail,
      knownInSpam: inSpam,
      isOurs: isOurs || canonicalAddress(mail.heads.from?.address ?? '') === own || isSentCopy(mail.message),
      match,
    };
  });
}

/** The same mail in two folders has the same. */
function identityOf({ gmailMessageId }: MessageHead, { messageId }: MailHeads): string {
  return gmailMessageId === null ? `id:${messageId}` : `gmail:${gmailMessageId}`;
}

/** Seen from another folder than Sent, by Gmail's label: also what the person wrote under another name of theirs. */
export function isSentCopy({ labels }: MessageHead): boolean {
  return labels.includes('\\Sent');
}

/** What a report is about: the ids in its body, else whom it says it could not reach, else its thread. */
export async function matchReport(
  db: Sql,
  scope: MatchScope,
  message: MessageHead,
  mail: ParsedMail,
  failures: readonly DeliveryFailure[],
): Promise<Match | null> {
  const receivedAt = message.internalDate;
  const facts: MailFacts = {
    identity: null,
    messageId: null,
    referencedIds: referencedMessageIds(mail),
    gmailThreadId: null,
    sender: null,
    isBulk: false,
    receivedAt,
  };
  const [byId] = await findMails(db, scope, [facts]);
  if (byId?.match) return { ...byId.match, matchedBy: MatchedBy.BOUNCE_REPORT };
  const recipients = failures.map(({ recipient }) => recipient).filter((recipient) => recipient !== null);
  const byRecipient = await matchFailedRecipient(db, scope, recipients, receivedAt);
  if (byRecipient) return byRecipient;
  const { gmailThreadId } = message;
  const [byThread] = await findMails(db, scope, [{ ...facts, referencedIds: [], gmailThreadId }]);
  return byThread?.match ?? null;
}

/** Worth reading whole, since a report may name our email in its body only. */
export function looksLikeReport({ headers, from }: MailHeads): boolean {
  return (
    /^multipart\/report/i.test(headers.first('content-type').trim()) ||
    headers.has('x-failed-recipients') ||
    /^(mailer-daemon|postmaster|mail-daemon|mdaemon)@/i.test(from?.address ?? '')
  );
}

/** Of a report only what it names counts: whoever sent it, and the thread it fell into, say nothing. */
function factsOf({ heads, identity, message: { gmailThreadId, internalDate } }: HeadedMail): MailFacts {
  const isReport = looksLikeReport(heads);
  return {
    identity,
    messageId: heads.messageId,
    referencedIds: referencedMessageIds(heads),
    gmailThreadId: isReport ? null : gmailThreadId,
    sender: isReport ? null : (heads.from?.address ?? null),
    isBulk: heads.headers.has('list-id') || heads.headers.has('list-unsubscribe'),
    receivedAt: internalDate,
  };
}
