import {
  Alert,
  Anchor,
  Badge,
  CloseButton,
  Drawer,
  Group,
  SimpleGrid,
  Stack,
  Text,
  Title,
} from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconHandStop } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { useAction } from '../api/useAction';
import { ConfirmButton } from '../shell/ConfirmButton';
import { Loaded } from '../states/Loaded';
import { PROSPECTS } from '../texts/prospects';
import { STATES } from '../texts/states';
import { SUPPRESSIONS } from '../texts/suppressions';
import { Moment } from '../time/Moment';
import {
  DeleteProspectDocument,
  ProspectCardDocument,
  type ProspectCardQuery,
  RemoveAttributeDocument,
} from './prospects.generated';
import { sayName } from './sayName';

type Person = NonNullable<ProspectCardQuery['prospect']>;

/** All that is known of one person, beside the list. */
export function ProspectCard(props: { id: string; onClose: () => void; onTag: (tag: string) => void }) {
  const { id, onClose, onTag } = props;
  const [result, ask] = useQuery({ query: ProspectCardDocument, variables: { id }, pause: id === '' });
  const person = result.data?.prospect;
  return (
    <Drawer
      opened={id !== ''}
      onClose={onClose}
      position="right"
      size="md"
      title={person ? sayName(person) : STATES.loading}
    >
      <Loaded result={result} onRetry={() => ask({ requestPolicy: 'network-only' })}>
        {({ prospect, conversations }) =>
          prospect && (
            <Stack gap="lg">
              <Facts person={prospect} onTag={onTag} />
              <Part title={CARD.attributes} none={prospect.attributes.length === 0 && CARD.noAttributes}>
                <Attributes person={prospect} />
              </Part>
              <Part title={CARD.enrolments} none={prospect.enrolments.length === 0 && CARD.noEnrolments}>
                {prospect.enrolments.map((enrolment) => (
                  <Enrolment key={enrolment.id} enrolment={enrolment} />
                ))}
              </Part>
              <Part
                title={CARD.conversations}
                none={conversations.edges.length === 0 && CARD.noConversations}
              >
                {conversations.edges.map(({ node }) => (
                  <Group key={node.id} justify="space-between" wrap="nowrap" gap="sm">
                    <Anchor component={Link} href={`/inbox/${node.id}`} size="sm" truncate>
                      {node.subject || CARD.noSubject}
                    </Anchor>
                    <Text size="xs" c="dimmed" style={{ flexShrink: 0 }}>
                      {node.unread && <Badge mr="xs">{CARD.unread}</Badge>}
                      <Moment at={node.lastMessageAt} />
                    </Text>
                  </Group>
                ))}
              </Part>
              <Erasure person={prospect} onErased={onClose} />
            </Stack>
          )
        }
      </Loaded>
    </Drawer>
  );
}

function Facts({ person, onTag }: { person: Person; onTag: (tag: string) => void }) {
  const { email, company, tags, suppression } = person;
  return (
    <Stack gap="sm">
      <div>
        <Text style={{ overflowWrap: 'anywhere' }}>{email}</Text>
        {company && <Text c="dimmed">{company}</Text>}
      </div>
      {tags.length > 0 && (
        <Group gap={6}>
          {tags.map((tag) => (
            <Badge
              key={tag}
              component="button"
              color="gray"
              style={{ cursor: 'pointer' }}
              aria-label={CARD.tagOf(tag)}
              onClick={() => onTag(tag)}
            >
              {tag}
            </Badge>
          ))}
        </Group>
      )}
      {suppression && (
        <Alert color="red" icon={<IconHandStop />} title={CARD.suppressed}>
          <Text size="sm">
            {`${suppression.value}: ${SUPPRESSIONS.reasons[suppression.reason]}, ${SUPPRESSIONS.sources[suppression.source]}, `}
            <Moment at={suppression.createdAt} />
          </Text>
          <Anchor component={Link} href="/prospects/suppressions" size="sm" c="inherit" td="underline">
            {CARD.manage}
          </Anchor>
        </Alert>
      )}
    </Stack>
  );
}

function Attributes({ person: { email, attributes } }: { person: Person }) {
  const [remove, isRemoving] = useAction(RemoveAttributeDocument);
  return (
    <SimpleGrid component="dl" m={0} cols={2} spacing="sm" verticalSpacing="xs">
      {attributes.map(({ name, value }) => (
        <div key={name}>
          <Group component="dt" gap={4} wrap="nowrap">
            <Text size="xs" c="dimmed" truncate>
              {name}
            </Text>
            <CloseButton
              size={24}
              iconSize={14}
              aria-label={CARD.removeAttribute(name)}
              disabled={isRemoving}
              onClick={() => remove({ email, name })}
            />
          </Group>
          <Text component="dd" m={0} size="sm" style={{ overflowWrap: 'anywhere' }}>
            {value}
          </Text>
        </div>
      ))}
    </SimpleGrid>
  );
}

function Enrolment({ enrolment }: { enrolment: Person['enrolments'][number] }) {
  const { campaign, state, nextAt, heldReason } = enrolment;
  return (
    <div>
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Anchor component={Link} href={`/campaigns/${campaign.id}`} size="sm" truncate>
          {campaign.name}
        </Anchor>
        <Badge color={state === 'HELD' || state === 'BOUNCED' ? 'yellow' : 'gray'} style={{ flexShrink: 0 }}>
          {CARD.states[state]}
        </Badge>
      </Group>
      {(heldReason || nextAt) && (
        <Text size="xs" c="dimmed">
          {heldReason ?? CARD.next} {!heldReason && nextAt && <Moment at={nextAt} />}
        </Text>
      )}
    </div>
  );
}

function Part({ title, none, children }: { title: string; none: string | false; children: ReactNode }) {
  return (
    <Stack component="section" gap="xs">
      <Title order={3}>{title}</Title>
      {none ? (
        <Text size="sm" c="dimmed">
          {none}
        </Text>
      ) : (
        children
      )}
    </Stack>
  );
}

function Erasure({ person: { id, email }, onErased }: { person: Person; onErased: () => void }) {
  const [erase] = useAction(DeleteProspectDocument, undefined, 'Prospect');
  const confirm = async () => {
    if (!(await erase({ id }))) return;
    onErased();
    notifications.show({ message: CARD.erased(email) });
  };
  return (
    <ConfirmButton
      size="sm"
      variant="light"
      w="fit-content"
      title={CARD.eraseTitle(email)}
      body={CARD.eraseBody}
      action={CARD.eraseAction}
      onConfirm={confirm}
    >
      {CARD.erase}
    </ConfirmButton>
  );
}

const CARD = PROSPECTS.card;
