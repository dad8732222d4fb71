import type { Sql } from '../database/database';
import type { Prospect } from '../prospects/prospect.entity';
import { composeFooter } from '../prospects/unsubscribeWords';
import { seedOf, type Variant } from './steps';
import { type Rendered, renderTemplate, type Surroundings } from './templates/template';

/** Who writes, and what stands below what they write: the same for all recipients of a connection. */
export type Sender = Omit<Surroundings, 'seed'>;

/** An email of a campaign. */
export interface StepEmail {
  variant: Pick<Variant, 'stepId' | 'subject' | 'body'>;
  prospect: Prospect;
  sender: Sender;
  /** Of the thread that it goes on; null when it opens one. */
  threadSubject: string | null;
}

/**
 * What goes out, for the sender and for the preview alike. A follow-up without a subject of its own answers in the
 * thread (RFC 5322 section 3.6.5: one "Re: ", however long the thread).
 */
export function renderStep({ variant, prospect, sender, threadSubject }: StepEmail): Rendered {
  const rendered = renderTemplate(variant, prospect, {
    ...sender,
    seed: seedOf(variant.stepId, prospect.id),
  });
  if (rendered.outcome !== 'Rendered' || rendered.subject !== '' || threadSubject === null) return rendered;
  return { ...rendered, subject: /^re:/i.test(threadSubject) ? threadSubject : `Re: ${threadSubject}` };
}

/** What the sender's side of an email says, by their connections; null for those that are not there. */
export async function loadSenders(db: Sql, connectionIds: readonly string[]): Promise<(Sender | null)[]> {
  const rows = await db.query<SenderRow>(
    `SELECT c.id, c.email, c.display_name, a.signature, w.postal_address, w.opt_out_line FROM connections c
       JOIN gmail_accounts a ON a.id = c.account_id JOIN workspaces w ON w.id = c.workspace_id
      WHERE c.id = ANY ($1)`,
    [[...new Set(connectionIds)]],
  );
  const senders = new Map(rows.map((row) => [row.id, senderOf(row)]));
  return connectionIds.map((id) => senders.get(id) ?? null);
}

interface SenderRow {
  id: string;
  email: string;
  display_name: string | null;
  signature: string | null;
  postal_address: string | null;
  opt_out_line: string | null;
}

function senderOf(row: SenderRow): Sender {
  return {
    sender: { name: row.display_name, email: row.email },
    signature: row.signature,
    footer: composeFooter({ postalAddress: row.postal_address, optOutLine: row.opt_out_line }),
  };
}
