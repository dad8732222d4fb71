import { prepare, type Sql } from '../../database/database';
import { canonicalAddress, domainOf, isConsumerAddress } from '../../gmail/address';
import { isFreemail, MatchedBy } from './matching';

/** The conversation that a mail belongs to, and the email of ours that it answers where that is known. */
export interface Match {
  matchedBy: MatchedBy;
  conversationId: string;
  prospectId: string | null;
  outgoing: { id: string; toAddress: string /** A hint, not always there. */; isOfCampaign?: boolean } | null;
}

/** Where mail came in: only what was sent from there, or in that workspace, can have been answered. */
export interface MatchScope {
  workspaceId: string;
  connectionId: string;
}

/** What a mail is known by, and matched on. */
export interface MailFacts {
  /** Null where only the match is asked for. */
  identity: string | null;
  messageId: string | null;
  /** The ids that it refers to, the likeliest first. */
  referencedIds: readonly string[];
  gmailThreadId: string | null;
  sender: string | null;
  /** Mail sent to many proves nothing by coming from a prospect's domain. */
  isBulk: boolean;
  receivedAt: Date;
}

/** What a mail is, as far as our tables know it. */
export interface Known {
  /** Where it was taken in before: in Spam, or elsewhere; null if it was not. */
  inSpam: boolean | null;
  /** We sent it: of this workspace only, since what another one sent us may well be its answer. */
  isOurs: boolean;
  match: Match | null;
}

/**
 * Finds each mail in our tables, and its conversation, in their order: by our Message-ID, or that of what was written by
 * hand or came in, since others may join in at an answer; else by Gmail's thread, else by the sender, else by their company.
 * One query for all of them, each branch a probe of an index: the unique ones over identity and message_id,
 * manual_by_message_id, received_by_message_id, conversations_by_thread, the unique one over prospects,
 * prospects_by_gmail_name, prospects_by_domain.
 */
export async function findMails(
  db: Sql,
  { workspaceId, connectionId }: MatchScope,
  mails: readonly MailFacts[],
): Promise<Known[]> {
  const rows = await db.query<Omit<Known, 'isOurs'> & { n: number; isOurs: true | null }>(FIND, [
    workspaceId,
    connectionId,
    mails.map((mail, n) => JSON.stringify(rowOf(mail, n))),
    COLLEAGUE_DAYS,
  ]);
  const known: Known[] = mails.map(() => ({ inSpam: null, isOurs: false, match: null }));
  for (const { n, inSpam, isOurs, match } of rows) known[n] = { inSpam, isOurs: isOurs !== null, match };
  return known;
}

/** The latest email of ours to one of these recipients, for a report that names nothing else. */
export async function matchFailedRecipient(
  db: Sql,
  { connectionId }: MatchScope,
  recipients: readonly string[],
  receivedAt: Date,
): Promise<Match | null> {
  const [found] = await db.query<{ match: Match }>(
    `SELECT ${ofEmail(MatchedBy.BOUNCE_REPORT)} AS match FROM outgoing_messages o
      WHERE o.connection_id = $1 AND o.to_address = ANY($2)
        AND o.counted_at BETWEEN $3::timestamptz - interval '7 days' AND $3::timestamptz + interval '5 minutes'
      ORDER BY o.counted_at DESC LIMIT 1`,
    [connectionId, recipients, receivedAt],
  );
  return found?.match ?? null;
}

/** After so many days without an email of ours, a colleague's mail is no answer to it. */
const COLLEAGUE_DAYS = 30;

/** An answer comes after its email; Gmail's clock and ours may differ. */
const LATEST = "f.received_at + interval '5 minutes'";

const ofEmail = (by: MatchedBy) =>
  `json_build_object('matchedBy', '${by}', 'conversationId', o.conversation_id, 'prospectId', o.prospect_id,
     'outgoing', json_build_object('id', o.id, 'toAddress', o.to_address, 'isOfCampaign', o.enrolment_id IS NOT NULL))`;
const ofConversation = (by: MatchedBy) =>
  `json_build_object('matchedBy', '${by}', 'conversationId', c.id, 'prospectId', c.prospect_id, 'outgoing', NULL)`;

/**
 * COALESCE asks no further than to the first that answers. The scalar subqueries are no EXISTS, which PostgreSQL may
 * answer by hashing the whole table. PostgreSQL expects ten mails of an array and a hundred of jsonb_to_recordset. A plan
 * that looked so dear was compiled anew each time where PostgreSQL has LLVM, from some 2,000 emails of an account on: 95 ms
 * instead of 0.4. Of an array behind a SELECT it expects no other number while it plans for the values, which would not pay.
 */
const FIND = prepare(
  `SELECT f.n,
          (SELECT in_spam FROM received_messages WHERE connection_id = $2 AND identity = f.identity) AS "inSpam",
          (SELECT true FROM outgoing_messages WHERE workspace_id = $1 AND message_id = f.message_id) AS "isOurs",
          coalesce(
            (SELECT ${ofEmail(MatchedBy.MESSAGE_ID)}
               FROM outgoing_messages o WHERE o.message_id = ANY (f.refs) AND o.workspace_id = $1
              ORDER BY array_position(f.refs, o.message_id) LIMIT 1),
            (SELECT ${ofConversation(MatchedBy.MESSAGE_ID)}
               FROM (SELECT conversation_id, message_id FROM manual_messages
                      WHERE workspace_id = $1 AND message_id = ANY (f.refs)
                     UNION ALL
                     SELECT conversation_id, message_id FROM received_messages
                      WHERE workspace_id = $1 AND message_id = ANY (f.refs)) answered
               JOIN conversations c ON c.id = answered.conversation_id
              ORDER BY array_position(f.refs, answered.message_id) LIMIT 1),
            (SELECT ${ofConversation(MatchedBy.GMAIL_THREAD)}
               FROM conversations c WHERE c.connection_id = $2 AND c.gmail_thread_id = f.thread
              ORDER BY c.last_message_at DESC LIMIT 1),
            (SELECT ${ofEmail(MatchedBy.SENDER_ADDRESS)}
               FROM prospects p JOIN outgoing_messages o ON o.prospect_id = p.id
              WHERE p.workspace_id = $1 AND p.email = ANY (f.senders) AND o.connection_id = $2
                AND o.counted_at < ${LATEST}
              ORDER BY array_position(f.senders, p.email), o.counted_at DESC LIMIT 1),
            (SELECT ${ofEmail(MatchedBy.SENDER_ADDRESS)}
               FROM prospects p JOIN outgoing_messages o ON o.prospect_id = p.id
              WHERE p.workspace_id = $1 AND split_part(p.email, '@', 2) IN ('gmail.com', 'googlemail.com')
                AND replace(split_part(split_part(p.email, '@', 1), '+', 1), '.', '') = f.gmail_name
                AND o.connection_id = $2 AND o.counted_at < ${LATEST}
              ORDER BY o.counted_at DESC LIMIT 1),
            (SELECT ${ofEmail(MatchedBy.SENDER_DOMAIN)}
               FROM prospects p JOIN outgoing_messages o ON o.prospect_id = p.id
              WHERE p.workspace_id = $1 AND split_part(p.email, '@', 2) = f.domain AND o.connection_id = $2
                AND o.counted_at BETWEEN f.received_at - make_interval(days => $4) AND ${LATEST}
              ORDER BY o.counted_at DESC LIMIT 1)) AS match
     FROM unnest((SELECT $3::jsonb[])) mail, jsonb_to_record(mail) AS f (n int, identity text, message_id text, refs text[], thread text,
            senders text[], gmail_name text, domain text, received_at timestamptz)`,
);

function rowOf(
  { identity, messageId, referencedIds, gmailThreadId, sender, isBulk, receivedAt }: MailFacts,
  n: number,
) {
  const domain = sender === null ? '' : domainOf(sender);
  const mayBeColleague = domain !== '' && !isBulk && !isFreemail(domain);
  return {
    n,
    identity,
    message_id: messageId,
    refs: referencedIds,
    thread: gmailThreadId,
    // Who writes from a +tag of theirs is who they are without it (RFC 5233); Gmail has more spellings of one mailbox.
    senders: sender === null ? [] : [sender, sender.replace(/^([^+@]*)\+[^@]*@/, '$1@')],
    gmail_name:
      sender !== null && isConsumerAddress(sender) ? canonicalAddress(sender).replace(/@.*/, '') : null,
    domain: mayBeColleague ? domain : null,
    received_at: receivedAt,
  };
}
