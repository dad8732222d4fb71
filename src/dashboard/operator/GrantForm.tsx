import { Button, Group, NumberInput, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useFormAction } from '../api/useFormAction';
import { FIELD_LABEL_HEIGHT } from '../shell/theme';
import { OPERATOR } from '../texts/operator';
import { GrantSlotsDocument } from './operator.generated';

/** How many slots of each kind a workspace has; the server refuses fewer than are used. */
export function GrantForm(props: {
  workspace: { id: string; name: string };
  self: number;
  fly: number;
  onGranted: () => void;
}) {
  const { workspace, self, fly, onGranted } = props;
  const form = useForm({ initialValues: { self, fly } });
  const [grant, isGranting] = useFormAction(GrantSlotsDocument, form);
  const submit = form.onSubmit(async (values) => {
    if (!(await grant({ workspaceId: workspace.id, ...values }))) return;
    form.resetDirty(values);
    onGranted();
    notifications.show({ color: 'teal', message: TEXTS.saved(workspace.name) });
  });
  return (
    <form onSubmit={submit} noValidate aria-label={TEXTS.title}>
      <Text fw={600} mb={4}>
        {TEXTS.title}
      </Text>
      <Group gap="sm" align="flex-start">
        <Count label={TEXTS.fly} {...form.getInputProps('fly')} />
        <Count label={TEXTS.self} {...form.getInputProps('self')} />
        <Button
          type="submit"
          variant="default"
          mt={{ base: 0, sm: FIELD_LABEL_HEIGHT }}
          loading={isGranting}
          disabled={!form.isDirty()}
        >
          {TEXTS.save}
        </Button>
      </Group>
    </form>
  );
}

function Count(props: React.ComponentProps<typeof NumberInput>) {
  return (
    <NumberInput
      w={150}
      min={0}
      max={1_000}
      allowDecimal={false}
      allowNegative={false}
      clampBehavior="strict"
      {...props}
    />
  );
}

const TEXTS = OPERATOR.grant;
