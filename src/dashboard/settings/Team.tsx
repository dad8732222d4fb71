import { Badge, Button, Card, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { isEmail, useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useQuery } from 'urql';
import { useViewer } from '../account/Session';
import { useAction } from '../api/useAction';
import { useFormAction } from '../api/useFormAction';
import { ConfirmButton } from '../shell/ConfirmButton';
import { SectionHeader } from '../shell/SectionHeader';
import { Loaded } from '../states/Loaded';
import { ACCOUNT } from '../texts/account';
import { SETTINGS } from '../texts/settings';
import { ShownOnce } from './ShownOnce';
import {
  ChangeRoleDocument,
  InviteDocument,
  RemoveMemberDocument,
  TeamDocument,
  type TeamQuery,
} from './settings.generated';

type Member = TeamQuery['members'][number];
type Role = Member['role'];

/** The people of the workspace; owners invite, promote and remove. */
export function Team() {
  const { role } = useViewer();
  const [result, ask] = useQuery({ query: TeamDocument, variables: {} });
  const refetch = () => ask({ requestPolicy: 'network-only' });
  return (
    <Card component="section">
      <SectionHeader title={TEXTS.title} lead={TEXTS.lead} mb="md" />
      <Loaded result={result} onRetry={refetch}>
        {({ members }) => (
          <Stack gap="xs">
            {members.map((member) => (
              <MemberRow key={member.id} member={member} isEditable={role === 'OWNER'} onChange={refetch} />
            ))}
          </Stack>
        )}
      </Loaded>
      {role === 'OWNER' && <Invitation />}
    </Card>
  );
}

function MemberRow(props: { member: Member; isEditable: boolean; onChange: () => void }) {
  const { member, isEditable, onChange } = props;
  const viewer = useViewer();
  const [changeRole] = useAction(ChangeRoleDocument);
  const [removeMember] = useAction(RemoveMemberDocument);
  /** The last owner can neither go nor step down: the server says so. */
  const settle = (outcome: { __typename: string; message?: string } | undefined) => {
    if (outcome && 'message' in outcome) notifications.show({ color: 'red', message: outcome.message });
    onChange();
  };
  const promote = async (role: Role) => settle((await changeRole({ memberId: member.id, role }))?.changeRole);
  const remove = async () => settle((await removeMember({ memberId: member.id }))?.removeMember);
  return (
    <Group justify="space-between" gap="xs">
      <Stack gap={0} miw={0}>
        <Group gap="xs" wrap="nowrap">
          <Text fw={550} truncate>
            {member.name ?? member.email}
          </Text>
          {member.id === viewer.id && (
            <Badge size="sm" flex="none">
              {TEXTS.you}
            </Badge>
          )}
        </Group>
        {member.name && (
          <Text size="sm" c="dimmed" truncate>
            {member.email}
          </Text>
        )}
      </Stack>
      {isEditable ? (
        <Group gap="xs" wrap="nowrap">
          <Select
            size="xs"
            w={110}
            aria-label={TEXTS.roleOf(member.email)}
            data={ROLES}
            value={member.role}
            allowDeselect={false}
            onChange={(role) => role && promote(role as Role)}
          />
          <ConfirmButton
            aria-label={TEXTS.removeOf(member.email)}
            title={TEXTS.removeTitle}
            body={TEXTS.removeBody(member.email)}
            action={TEXTS.remove}
            onConfirm={remove}
          >
            {TEXTS.remove}
          </ConfirmButton>
        </Group>
      ) : (
        <Badge color="gray">{TEXTS.roles[member.role]}</Badge>
      )}
    </Group>
  );
}

function Invitation() {
  const [link, setLink] = useState<{ url: string; email: string } | null>(null);
  const form = useForm({
    initialValues: { email: '', role: 'MEMBER' as Role },
    validate: { email: isEmail(ACCOUNT.emailMissing) },
  });
  const [invite, isInviting] = useFormAction(InviteDocument, form);
  const submit = form.onSubmit(async (values) => {
    const made = await invite(values);
    if (!made) return;
    setLink({ url: made.invite, email: values.email });
    form.reset();
  });
  return (
    <form onSubmit={submit} noValidate>
      <Group align="flex-end" gap="sm" mt="lg">
        <TextInput
          flex={1}
          miw={180}
          type="email"
          label={TEXTS.invite}
          placeholder={TEXTS.inviteEmail}
          {...form.getInputProps('email')}
        />
        <Select
          w={110}
          aria-label={TEXTS.role}
          data={ROLES}
          allowDeselect={false}
          {...form.getInputProps('role')}
        />
        <Button type="submit" variant="light" loading={isInviting}>
          {TEXTS.makeLink}
        </Button>
      </Group>
      {link && <ShownOnce title={TEXTS.linkTitle(link.email)} note={TEXTS.link} value={link.url} />}
    </form>
  );
}

const TEXTS = SETTINGS.team;
const ROLES = (['MEMBER', 'OWNER'] as const).map((value) => ({ value, label: TEXTS.roles[value] }));
