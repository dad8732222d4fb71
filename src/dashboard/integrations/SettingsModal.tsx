import {
  Button,
  Group,
  Modal,
  NumberInput,
  SimpleGrid,
  Stack,
  Switch,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useFormAction } from '../api/useFormAction';
import { GMAIL } from '../texts/gmail';
import { STATES } from '../texts/states';
import type { Connected } from './ConnectedSlot';
import { UpdateSendingSettingsDocument } from './gmail.generated';

const MINUTE = 60;

/** How an account sends: its limit, warm-up, gaps, name and signature. */
export function SettingsModal({ slot, onClose }: { slot: Connected; onClose: () => void }) {
  const { email, displayName, settings } = slot.connection;
  const texts = GMAIL.settings;
  const form = useForm({
    initialValues: {
      paused: settings.paused,
      dailyLimit: settings.dailyLimit,
      rampEnabled: settings.rampEnabled,
      rampStart: settings.rampStart,
      rampGrowth: settings.rampGrowth,
      rampCeiling: settings.rampCeiling,
      displayName: displayName ?? '',
      signature: settings.signature ?? '',
      // Seconds for the API, minutes for people.
      gapMinSeconds: settings.gapMinSeconds / MINUTE,
      gapMaxSeconds: settings.gapMaxSeconds / MINUTE,
    },
  });
  const [update, isSaving] = useFormAction(UpdateSendingSettingsDocument, form);
  const save = form.onSubmit(async ({ gapMinSeconds, gapMaxSeconds, ...rest }) => {
    const input = {
      ...rest,
      gapMinSeconds: Math.round(gapMinSeconds * MINUTE),
      gapMaxSeconds: Math.round(gapMaxSeconds * MINUTE),
    };
    if (!(await update({ slotId: slot.id, input }))) return;
    notifications.show({ color: 'teal', message: STATES.saved });
    onClose();
  });
  return (
    <Modal opened onClose={onClose} title={texts.title(email)} size="lg">
      <form onSubmit={save} noValidate>
        <Stack gap="lg">
          <Switch
            label={texts.paused}
            description={texts.pausedLead}
            {...form.getInputProps('paused', { type: 'checkbox' })}
          />
          <NumberInput
            label={texts.dailyLimit}
            description={texts.dailyLimitLead}
            min={1}
            {...form.getInputProps('dailyLimit')}
          />
          <Stack gap="xs">
            <Switch
              label={texts.ramp}
              description={texts.rampLead}
              {...form.getInputProps('rampEnabled', { type: 'checkbox' })}
            />
            <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
              {(['rampStart', 'rampGrowth', 'rampCeiling'] as const).map((name) => (
                <NumberInput
                  key={name}
                  label={texts[name]}
                  min={0}
                  disabled={!form.values.rampEnabled}
                  {...form.getInputProps(name)}
                />
              ))}
            </SimpleGrid>
          </Stack>
          <Stack gap="xs">
            <Text size="sm" fw={500}>
              {texts.gap}
            </Text>
            <SimpleGrid cols={2} spacing="sm">
              <NumberInput label={texts.gapMin} min={0} {...form.getInputProps('gapMinSeconds')} />
              <NumberInput label={texts.gapMax} min={0} {...form.getInputProps('gapMaxSeconds')} />
            </SimpleGrid>
          </Stack>
          <TextInput label={texts.displayName} {...form.getInputProps('displayName')} />
          <Textarea
            label={texts.signature}
            description={texts.signatureLead}
            autosize
            minRows={2}
            {...form.getInputProps('signature')}
          />
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>
              {STATES.cancel}
            </Button>
            <Button type="submit" loading={isSaving}>
              {STATES.save}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
