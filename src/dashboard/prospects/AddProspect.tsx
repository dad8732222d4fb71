import { Button, Group, Modal, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import { isEmail, useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useFormAction } from '../api/useFormAction';
import { PROSPECTS } from '../texts/prospects';
import { STATES } from '../texts/states';
import { SaveProspectDocument } from './prospects.generated';

/** One person by hand. */
export function AddProspect(props: { isOpen: boolean; onClose: () => void; onAdded: (id: string) => void }) {
  return (
    <Modal opened={props.isOpen} onClose={props.onClose} title={PROSPECTS.add} closeOnClickOutside={false}>
      <Form onClose={props.onClose} onAdded={props.onAdded} />
    </Modal>
  );
}

function Form({ onClose, onAdded }: { onClose: () => void; onAdded: (id: string) => void }) {
  const form = useForm({
    initialValues: { email: '', firstName: '', lastName: '', company: '', tags: [] as string[] },
    validate: { email: isEmail(PROSPECTS.emailMissing) },
  });
  const [save, isSaving] = useFormAction(SaveProspectDocument, form);
  const submit = form.onSubmit(async ({ email, firstName, lastName, company, tags }) => {
    const names = { firstName, lastName, company };
    // A name that is left out stays; an empty one would be taken away.
    const known = Object.fromEntries(Object.entries(names).filter(([, name]) => name.trim() !== ''));
    const saved = (await save({ prospect: { email, tags, ...known } }))?.saveProspects[0];
    if (!saved) return;
    notifications.show({ color: 'teal', message: PROSPECTS.saved(saved.email) });
    onAdded(saved.id);
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {PROSPECTS.addLead}
        </Text>
        <TextInput
          label={PROSPECTS.email}
          type="email"
          placeholder={PROSPECTS.emailHint}
          data-autofocus
          {...form.getInputProps('email')}
        />
        <Group grow gap="sm" align="flex-start">
          <TextInput label={PROSPECTS.firstName} {...form.getInputProps('firstName')} />
          <TextInput label={PROSPECTS.lastName} {...form.getInputProps('lastName')} />
        </Group>
        <TextInput label={PROSPECTS.company} {...form.getInputProps('company')} />
        <TagsInput label={PROSPECTS.tags} placeholder={PROSPECTS.tagsHint} {...form.getInputProps('tags')} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {STATES.cancel}
          </Button>
          <Button type="submit" loading={isSaving}>
            {PROSPECTS.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
