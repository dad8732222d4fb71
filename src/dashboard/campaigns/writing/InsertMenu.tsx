import { Button, Menu } from '@mantine/core';
import { IconBraces } from '@tabler/icons-react';
import { WRITING } from '../../texts/campaignWriting';

/** What a template may say of the person, of the sender, or in one of several words. */
export function InsertMenu(props: {
  /** Into what, for those who do not see it. */
  field: string;
  /** The names of what is known of the person beside their name and company. */
  attributes: readonly string[];
  onInsert: (snippet: string) => void;
}) {
  const { field, attributes, onInsert } = props;
  const item = (label: string, snippet: string) => (
    <Menu.Item key={label} onClick={() => onInsert(snippet)}>
      {label}
    </Menu.Item>
  );
  return (
    // The cursor must stay where it is; and the field takes it back itself.
    <Menu position="bottom-end" returnFocus={false} width={240} shadow="md">
      <Menu.Target>
        <Button
          size="compact-xs"
          variant="subtle"
          leftSection={<IconBraces size={14} aria-hidden />}
          aria-label={`${TEXTS.insert}: ${field}`}
        >
          {TEXTS.insert}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={320} style={{ overflowY: 'auto' }}>
        <Menu.Label>{TEXTS.variables}</Menu.Label>
        {Object.entries(WRITING.variables).map(([name, { label, otherwise }]) =>
          item(label, otherwise ? `{{ ${name} | default: '${otherwise}' }}` : `{{ ${name} }}`),
        )}
        {attributes.length > 0 && <Menu.Label>{TEXTS.own}</Menu.Label>}
        {attributes.map((name) => item(name, `{{ ${variableOf(name)} }}`))}
        <Menu.Label>{TEXTS.other}</Menu.Label>
        {item(TEXTS.senderName, '{{ sender.name }}')}
        {item(TEXTS.signature, '{{ signature }}')}
        {item(TEXTS.choice, '{Hi|Hello}')}
      </Menu.Dropdown>
    </Menu>
  );
}

const TEXTS = WRITING.emails;

/** "Job Title" is found as job_title. */
function variableOf(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '_');
}
