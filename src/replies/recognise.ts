import type { Sql } from '../database/database';
import { canonicalAddress } from '../gmail/address';
import type { MessageHead } from '../gmail/imapSession';
import type { DeliveryFailure } from './failures';
import { MatchedBy, referencedMessageIds } from './matching';
import { type Match, type MatchFacts, type MatchScope, matchFailedRecipient, matchMails } from './matchMail';
import { type MailHeads, type ParsedMail, parseHeads } from './mime';

/** What the head of a mail, and our own tables, tell about it. */
export interface RecognisedMail {
  message: MessageHead;
  heads: MailHeads;
  /** X-GM-MSGID, or its Message-ID where the server has none: the same mail in two folders is one. */
  identity: string;
  /** Where it was taken in before: in Spam, or elsewhere; null if it was not. */
  knownInSpam: boolean | null;
  /** Our own copy in Sent or All Mail, or what one of our slots wrote to another: never a reply. */
  isOurs: boolean;
  /** Null also for a report whose head does not say on what. */
  match: Match | null;
}

/** Recognises mails by their heads, with three queries for all of them. */
export async function recogniseMails(
  db: Sql,
  scope: MatchScope & { email: string },
  messages: readonly MessageHead[],
): Promise<RecognisedMail[]> {
  const mails = messages.map((message) => {
    const heads = parseHeads(message.headers);
    return { message, heads, identity: identityOf(message, heads) };
  });
  const [known, ours, matches] = await Promise.all([
    findKnown(
      db,
      scope.connectionId,
      mails.map(({ identity }) => identity),
    ),
    findOurs(
      db,
      scope.workspaceId,
      mails.map(({ heads }) => heads.messageId),
    ),
    matchMails(
      db,
      scope,
      mails.map(({ heads, message }) => factsOf(heads, message)),
    ),
  ]);
  const own = canonicalAddress(scope.email);
  return mails.map((mail, index) => ({
    ...mail,
    knownInSpam: known.get(mail.identity) ?? null,
    isOurs:
      ours.has(mail.heads.messageId) ||
      canonicalAddress(mail.heads.from?.address ?? '') === own ||
      isSentCopy(mail.message),
    match: matches[index] ?? null,
  }));
}

/** The same mail in two folders has the same. */
export function identityOf({ gmailMessageId }: MessageHead, { messageId }: MailHeads): string {
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
  const facts = { referencedIds: referencedMessageIds(mail), sender: null, isBulk: false, receivedAt };
  const [byId] = await matchMails(db, scope, [{ ...facts, gmailThreadId: null }]);
  if (byId) return { ...byId, matchedBy: MatchedBy.BOUNCE_REPORT };
  const recipients = failures.map(({ recipient }) => recipient).filter((recipient) => recipient !== null);
  const byRecipient = await matchFailedRecipient(db, scope, recipients, receivedAt);
  if (byRecipient) return byRecipient;
  const { gmailThreadId } = message;
  const [byThread] = await matchMails(db, scope, [{ ...facts, referencedIds: [], gmailThreadId }]);
  return byThread ?? null;
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
function factsOf(heads: MailHeads, { gmailThreadId, internalDate }: MessageHead): MatchFacts {
  const isReport = looksLikeReport(heads);
  return {
    referencedIds: referencedMessageIds(heads),
    gmailThreadId: isReport ? null : gmailThreadId,
    sender: isReport ? null : (heads.from?.address ?? null),
    isBulk: heads.headers.has('list-id') || heads.headers.has('list-unsubscribe'),
    receivedAt: internalDate,
  };
}

async function findKnown(
  db: Sql,
  connectionId: string,
  identities: readonly string[],
): Promise<Map<string, boolean>> {
  const rows = await db.query<{ identity: string; in_spam: boolean }>(
    'SELECT identity, in_spam FROM received_messages WHERE connection_id = $1 AND identity = ANY($2)',
    [connectionId, identities],
  );
  return new Map(rows.map(({ identity, in_spam }) => [identity, in_spam]));
}

/** Of this workspace only: what another one sent us may well be its answer. */
async function findOurs(db: Sql, workspaceId: string, messageIds: readonly string[]): Promise<Set<string>> {
  const rows = await db.query<{ message_id: string }>(
    'SELECT message_id FROM outgoing_messages WHERE workspace_id = $1 AND message_id = ANY($2)',
    [workspaceId, messageIds],
  );
  return new Set(rows.map((row) => row.message_id));
}
