import { ActionIcon, Badge, Menu, Table, Text } from '@mantine/core';
import { IconDots, IconPlayerPlay, IconUserMinus } from '@tabler/icons-react';
import { useAction } from '../../api/useAction';
import { sayName } from '../../prospects/sayName';
import { CAMPAIGNS } from '../../texts/campaigns';
import { Moment } from '../../time/Moment';
import { type CampaignPeopleQuery, ResumeEnrolmentDocument, UnenrolDocument } from './running.generated';
import classes from './StepsCard.module.css';

type Enrolment = NonNullable<CampaignPeopleQuery['campaign']>['enrolments']['edges'][number]['node'];

/** One person a line: where they stand, why they are held, what comes next, and what can be done. */
export function PeopleTable({ enrolments }: { enrolments: readonly Enrolment[] }) {
  return (
    <Table className={`figures ${classes['table']}`} layout="fixed">
      <Table.Thead>
        <Table.Tr>
          <Table.Th className={classes['name']}>{TEXTS.person}</Table.Th>
          <Table.Th>{TEXTS.state}</Table.Th>
          <Table.Th visibleFrom="sm">{TEXTS.next}</Table.Th>
          <Table.Th w={56} aria-label={TEXTS.actions} />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {enrolments.map((enrolment) => (
          <Row key={enrolment.id} enrolment={enrolment} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Row({ enrolment }: { enrolment: Enrolment }) {
  const { state, heldReason, prospect } = enrolment;
  const name = sayName(prospect);
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={550} truncate title={prospect.email}>
          {name}
        </Text>
        {name !== prospect.email && (
          <Text size="xs" c="dimmed" truncate>
            {prospect.email}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Badge color={COLORS[state]}>{TEXTS.states[state]}</Badge>
        {heldReason && (
          <Text size="xs" c="dimmed" pt={4}>
            {heldReason}
          </Text>
        )}
      </Table.Td>
      <Table.Td visibleFrom="sm">{state === 'WAITING' && <Next enrolment={enrolment} />}</Table.Td>
      <Table.Td>
        <RowMenu enrolment={enrolment} />
      </Table.Td>
    </Table.Tr>
  );
}

function Next({ enrolment: { nextStep, nextAt, slot } }: { enrolment: Enrolment }) {
  return (
    <>
      {nextStep !== null && TEXTS.email(nextStep + 1)} {nextAt ? <Moment at={nextAt} /> : TEXTS.onItsWay}
      {slot?.connection && (
        <Text size="xs" c="dimmed" truncate>
          {TEXTS.from(slot.connection.email)}
        </Text>
      )}
    </>
  );
}

/** Nothing can be done any more with whom it is over. */
function RowMenu({ enrolment: { id, state, prospect } }: { enrolment: Enrolment }) {
  const [resume] = useAction(ResumeEnrolmentDocument);
  const [unenrol] = useAction(UnenrolDocument);
  if (state !== 'WAITING' && state !== 'HELD') return null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={TEXTS.actionsOf(prospect.email)}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {state === 'HELD' && (
          <Menu.Item leftSection={<IconPlayerPlay size={16} />} onClick={() => resume({ id })}>
            {TEXTS.resume}
          </Menu.Item>
        )}
        <Menu.Item color="red" leftSection={<IconUserMinus size={16} />} onClick={() => unenrol({ id })}>
          {TEXTS.unenrol}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

const TEXTS = CAMPAIGNS.people;

const COLORS = {
  WAITING: 'blue',
  HELD: 'yellow',
  REPLIED: 'teal',
  FINISHED: 'gray',
  BOUNCED: 'red',
  UNSUBSCRIBED: 'orange',
  STOPPED: 'gray',
} as const;
