import { In } from 'typeorm';
import { decodeCursor, encodeCursor, pageSize } from '../../lib/cursor';
import { BadInput } from '../../lib/failures';
import { isId } from '../../lib/ids';
import type { Conversation } from '../../sending/conversation.entity';
import { OutgoingMessage } from '../../sending/outgoing.entity';
import { ManualMessage } from '../manual.entity';
import { ReceivedMessage } from '../received.entity';
import type { RepliesRoom } from '../repliesRoom';

export type ConversationEntry = OutgoingMessage | ReceivedMessage | ManualMessage;

export interface EntryPage {
  edges: { cursor: string; node: ConversationEntry }[];
  pageInfo: { hasPreviousPage: boolean; startCursor: string | null };
  totalCount: number;
}

/** What was written in a conversation, newest last; `before` pages backwards. */
export async function readEntries(
  room: RepliesRoom,
  conversation: Conversation,
  { last, before }: { last?: number | null; before?: string | null },
): Promise<EntryPage> {
  const size = pageSize({ first: last ?? null }, 'last');
  const [at, id] = before ? decodeKey(before, 'before') : [null, null];
  const keys = await room.db.query<{ id: string; at: Date; kind: Kind; total: number }>(
    `WITH entries AS (
       SELECT id, coalesce(sent_at, queued_at)::timestamptz(3) AS at, 'out' AS kind
         FROM outgoing_messages WHERE conversation_id = $1
       UNION ALL
       -- INTERNALDATE has whole seconds: an answer within the second must not stand before what it answers.
       SELECT r.id, greatest(r.received_at, o.sent_at + interval '1 ms')::timestamptz(3), 'in'
         FROM received_messages r LEFT JOIN outgoing_messages o ON o.id = r.outgoing_id
        WHERE r.conversation_id = $1
       UNION ALL
       SELECT id, sent_at, 'by hand' FROM manual_messages WHERE conversation_id = $1)
     SELECT *, (SELECT count(*)::int FROM entries) AS total FROM entries
      WHERE $2::timestamptz IS NULL OR (at, id) < ($2::timestamptz, $3::uuid)
      ORDER BY at DESC, id DESC LIMIT $4`,
    [conversation.id, at, id, size + 1],
  );
  const shown = keys.slice(0, size).reverse();
  const idsOf = (kind: Kind) => shown.filter((key) => key.kind === kind).map((key) => key.id);
  const entries: ConversationEntry[] = [
    ...(await room.db.manager.findBy(OutgoingMessage, { id: In(idsOf('out')) })),
    ...(await room.db.manager.findBy(ReceivedMessage, { id: In(idsOf('in')) })),
    ...(await room.db.manager.findBy(ManualMessage, { id: In(idsOf('by hand')) })),
  ];
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  const edges = shown.flatMap((key) => {
    const node = byId.get(key.id);
    return node ? [{ cursor: encodeCursor([key.at.toISOString(), key.id]), node }] : [];
  });
  return {
    edges,
    pageInfo: { hasPreviousPage: keys.length > size, startCursor: edges[0]?.cursor ?? null },
    totalCount: keys[0]?.total ?? 0,
  };
}

type Kind = 'out' | 'in' | 'by hand';

/** The moment and the id that a cursor stands for. @throws BadInput */
export function decodeKey(cursor: string, path: string): readonly [string, string] {
  const [at = '', id = ''] = decodeCursor(cursor, 2, path);
  if (!Number.isNaN(Date.parse(at)) && isId(id)) return [at, id];
  throw new BadInput([{ path, message: 'is no cursor of this list' }]);
}
