import { Tooltip } from '@mantine/core';
import type { ReactElement } from 'react';

/** Says more of an element to whoever points at it, touches it, or comes to it by keys: it must take the focus. */
export function Explained({ words, children }: { words: string; children: ReactElement }) {
  return (
    <Tooltip label={words} multiline maw={280} events={{ hover: true, focus: true, touch: true }}>
      {children}
    </Tooltip>
  );
}
