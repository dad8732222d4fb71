import { ActionIcon, Menu } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconDots, IconTrash } from '@tabler/icons-react';
import { WRITING } from '../../texts/campaignWriting';

/** What can be done with an email among others. */
export function StepMenu(props: {
  title: string;
  isFirst: boolean;
  isLast: boolean;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
}) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" mr="md" aria-label={`${props.title}, ${TEXTS.more}`}>
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconArrowUp size={16} />}
          disabled={props.isFirst}
          onClick={() => props.onMove(-1)}
        >
          {TEXTS.moveUp}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconArrowDown size={16} />}
          disabled={props.isLast}
          onClick={() => props.onMove(1)}
        >
          {TEXTS.moveDown}
        </Menu.Item>
        <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={props.onRemove}>
          {TEXTS.removeStep}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

const TEXTS = WRITING.emails;
