import { List, Text } from '@mantine/core';
import { GMAIL } from '../texts/gmail';
import { sayClock } from '../time/sayTime';

/** Why nothing goes out right now, in the words of the engine, and until when. */
export function Blockers({
  blockers,
}: {
  blockers: readonly { code: string; message: string; until: string | null }[];
}) {
  if (blockers.length === 0) return null;
  return (
    <div>
      <Text size="xs" c="dimmed" pb={2}>
        {GMAIL.blockers}
      </Text>
      <List size="sm" spacing={2}>
        {blockers.map(({ code, message, until }) => (
          <List.Item key={code}>
            {message}
            {until && (
              <Text span size="sm" c="dimmed" className="figures">
                {` ${GMAIL.until(sayClock(until))}`}
              </Text>
            )}
          </List.Item>
        ))}
      </List>
    </div>
  );
}
