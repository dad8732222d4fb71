import type { Sql } from '../../src/database/database';

/** Every number of the workspace's campaigns as `campaign step variant number: value`, from the kept changes. */
export function keptNumbers(db: Sql, { workspaceId }: { workspaceId: string }): Promise<{ line: string }[]> {
  return db.query(
    `SELECT concat_ws(' ', campaign_id, step_id, variant_id, number) || ': ' || sum(delta) AS line
       FROM campaign_counts JOIN campaigns c ON c.id = campaign_id WHERE c.workspace_id = $1
      GROUP BY campaign_id, step_id, variant_id, number HAVING sum(delta) <> 0 ORDER BY line`,
    [workspaceId],
  );
}

/** The same, counted afresh. */
export function recount(db: Sql, { workspaceId }: { workspaceId: string }): Promise<{ line: string }[]> {
  return db.query(
    `SELECT concat_ws(' ', campaign_id, step_id, variant_id, number) || ': ' || count(*) AS line FROM (
       SELECT campaign_id, NULL::uuid AS step_id, NULL::uuid AS variant_id, 'enrolled' AS number, workspace_id
         FROM enrolments
       UNION ALL SELECT campaign_id, NULL, NULL, CASE state WHEN 'WAITING' THEN 'queued' ELSE lower(state) END,
              workspace_id FROM enrolments WHERE state IN ('WAITING', 'HELD', 'FINISHED')
       UNION ALL SELECT campaign_id, step_id, variant_id, 'sent', workspace_id
         FROM outgoing_messages WHERE state = 'SENT' AND campaign_id IS NOT NULL
       UNION ALL SELECT o.campaign_id, step_id, variant_id,
              CASE outcome WHEN 'AUTO_REPLIED' THEN 'autoReplied' ELSE lower(outcome) END, workspace_id
         FROM enrolment_outcomes o JOIN enrolments e ON e.id = enrolment_id) facts
      WHERE workspace_id = $1 GROUP BY campaign_id, step_id, variant_id, number ORDER BY line`,
    [workspaceId],
  );
}
