import { Alert, Badge, Button, Card, Checkbox, Group, Stack, Text } from '@mantine/core';
import { Link } from 'wouter';
import { useLiveQuery } from '../../api/useLiveQuery';
import { SlotsChangedDocument } from '../../integrations/gmail.generated';
import { SectionHeader } from '../../shell/SectionHeader';
import { Loaded } from '../../states/Loaded';
import { WRITING } from '../../texts/campaignWriting';
import classes from './AccountsPart.module.css';
import type { PartProps } from './Wizard';
import { type SenderSlotFragment, SenderSlotsDocument } from './writing.generated';

/** The accounts that share the work, each with what it has left today. */
export function AccountsPart({ saving: { draft, change, problems } }: PartProps) {
  const { result, refetch } = useLiveQuery(
    { query: SenderSlotsDocument, variables: {} },
    { query: SlotsChangedDocument, variables: {} },
  );
  const toggle = (id: string, isChosen: boolean) => {
    const others = draft.slotIds.filter((each) => each !== id);
    change({ slotIds: isChosen ? [...others, id] : others });
  };
  const problem = problems.find(({ field }) => field === 'slotIds');
  return (
    <Card component="section">
      <Stack gap="lg">
        <SectionHeader title={TEXTS.title} lead={TEXTS.lead} />
        {problem && <Alert color="red">{problem.message}</Alert>}
        <Loaded result={result} onRetry={refetch}>
          {({ gmailIntegration: { slots } }) => (
            <Stack gap="sm">
              {slots.every(({ connection }) => !connection) && <NoAccount />}
              {slots
                .filter(({ id, connection }) => connection || draft.slotIds.includes(id))
                .map((slot) => (
                  <Choice
                    key={slot.id}
                    slot={slot}
                    isChosen={draft.slotIds.includes(slot.id)}
                    onToggle={(isChosen) => toggle(slot.id, isChosen)}
                  />
                ))}
            </Stack>
          )}
        </Loaded>
      </Stack>
    </Card>
  );
}

function Choice(props: {
  slot: SenderSlotFragment;
  isChosen: boolean;
  onToggle: (isChosen: boolean) => void;
}) {
  const { slot, isChosen, onToggle } = props;
  const { connection } = slot;
  const name = connection?.email ?? TEXTS.empty(slot.position);
  return (
    <Checkbox.Card className={classes['slot']} aria-label={name} checked={isChosen} onChange={onToggle}>
      <Checkbox.Indicator />
      <div className={classes['words']}>
        <div className={classes['who']}>
          <Text fw={550}>{name}</Text>
          {connection && (
            <Text size="sm" c="dimmed" className="figures">
              {TEXTS.sent(connection.sending.sentLast24h, connection.sending.dailyLimit)}
            </Text>
          )}
        </div>
        {connection && <Left connection={connection} />}
      </div>
    </Checkbox.Card>
  );
}

function Left({ connection }: { connection: Connection }) {
  if (connection.state === 'REJECTED') return <Badge color="red">{TEXTS.needsYou}</Badge>;
  return <Badge className="figures">{TEXTS.left(countLeft(connection))}</Badge>;
}

type Connection = NonNullable<SenderSlotFragment['connection']>;

/** What the warm-up and the rolling limit let through today, whichever is less. */
function countLeft({ sending, rampDays }: Connection): number {
  const ofLimit = sending.dailyLimit - sending.sentLast24h;
  const today = rampDays.at(-1)?.sent ?? 0;
  const ofRamp = sending.rampAllowance === null ? ofLimit : sending.rampAllowance - today;
  return Math.max(0, Math.min(ofLimit, ofRamp));
}

function NoAccount() {
  return (
    <Alert color="yellow">
      <Group justify="space-between" gap="sm">
        <Text size="sm">{TEXTS.none}</Text>
        <Button component={Link} href="/integrations/gmail" size="compact-sm" variant="default">
          {TEXTS.connect}
        </Button>
      </Group>
    </Alert>
  );
}

const TEXTS = WRITING.accounts;
