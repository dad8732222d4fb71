import type { Sql } from '../database/database';
import { follow } from '../database/follow';
import type { Workspace } from '../identity/workspace.entity';
import { decodeCursor, type Page, type PageRequest, pageOf, pageSize } from '../lib/cursor';
import { BadInput } from '../lib/failures';
import { isId } from '../lib/ids';
import { nap } from '../lib/nap';
import { stream } from '../lib/stream';
import type { Slot } from './slot.entity';
import { type SlotsRoom, TROUBLES } from './slotsRoom';

/** A slot whose connection is in trouble, and whose it is. */
export interface Trouble {
  workspace: Workspace;
  slot: Slot;
}

/**
 * The connections of all workspaces that do not prove that they would see new mail, the worst first: refused for
 * good, locked out for hours, being restored, silent; among equals whoever has been without proof the longest.
 *
 * Stands on connections_in_trouble, which holds nobody else, and sorts what it finds.
 *
 * @throws BadInput for a strange cursor or page size
 */
export async function listTroubles({ db }: SlotsRoom, request: PageRequest): Promise<Page<Trouble>> {
  const size = pageSize(request);
  const after = request.after ? decodeKey(request.after) : [null, null, null];
  const rows = await db.query<{ key: [string, string, string]; slot: Slot; workspace: Workspace }>(
    `SELECT jsonb_build_array(severity::text, micros::text, trouble.id) AS key,
            jsonb_build_object('id', slot.id, 'workspaceId', slot.workspace_id, 'kind', slot.kind,
              'position', slot.position, 'checkingAttempt', slot.checking_attempt) AS slot,
            jsonb_build_object('id', workspace.id, 'name', workspace.name, 'timezone', workspace.timezone,
              'postalAddress', workspace.postal_address, 'optOutLine', workspace.opt_out_line) AS workspace
       FROM (SELECT id, slot_id, workspace_id, array_position($5::text[], state) AS severity,
                    (extract(epoch FROM coalesce(last_proof_at, connected_at)) * 1000000)::bigint AS micros
               FROM connections WHERE ${IN_TROUBLE}) trouble
       JOIN slots slot ON slot.id = slot_id
       JOIN workspaces workspace ON workspace.id = trouble.workspace_id
      WHERE $1::int IS NULL OR (severity, micros, trouble.id) > ($1, $2::bigint, $3::uuid)
      ORDER BY severity, micros, trouble.id LIMIT $4`,
    [...after, size + 1, WORST_FIRST],
  );
  const page = pageOf(rows, size, ({ key }) => key, await countTroubles(db));
  return {
    ...page,
    edges: page.edges.map(({ cursor, node: { slot, workspace } }) => ({ cursor, node: { slot, workspace } })),
  };
}

/** How many there are: at once, and whenever a connection comes into trouble, is in another, or is out of it. */
export function followTroubles({ db, notices }: Pick<SlotsRoom, 'db' | 'notices'>): AsyncIterable<number> {
  return stream(async function* (signal) {
    const changes = follow(notices, TROUBLES, signal);
    try {
      do {
        yield await countTroubles(db);
        await nap(BREATH_MS, signal);
      } while (!(await changes.next()).done);
    } finally {
      await changes.return?.();
    }
  });
}

/** When Gmail is out of reach, all connections change within seconds: one event then speaks for many. Milliseconds. */
const BREATH_MS = 1_000;

const WORST_FIRST = ['REJECTED', 'PAUSED', 'RECONNECTING', 'STALE'];

/** As the index says it, so that the planner knows it again. */
const IN_TROUBLE = `slot_id IS NOT NULL AND state IN (${WORST_FIRST.map((state) => `'${state}'`).join(', ')})`;

async function countTroubles(db: Sql): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM connections WHERE ${IN_TROUBLE}`,
  );
  return row?.count ?? 0;
}

function decodeKey(cursor: string): readonly [string, string, string] {
  const [severity = '', micros = '', id = ''] = decodeCursor(cursor, 3);
  if (/^[1-4]$/.test(severity) && /^\d{1,16}$/.test(micros) && isId(id)) return [severity, micros, id];
  throw new BadInput([{ path: 'after', message: 'is no cursor of this list' }]);
}
