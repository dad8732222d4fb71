import { Button } from '@mantine/core';
import { IconBug } from '@tabler/icons-react';
import { Component, type ReactNode } from 'react';
import { STATES } from '../texts/states';
import { Empty } from './Empty';

/** Catches the fault of a page; also a piece of it that is gone because the server has a newer build. */
export class PageFault extends Component<{ children: ReactNode }, { hasFault: boolean }> {
  override state = { hasFault: false };

  static getDerivedStateFromError(): { hasFault: boolean } {
    return { hasFault: true };
  }

  override render(): ReactNode {
    if (!this.state.hasFault) return this.props.children;
    return (
      <Empty
        icon={IconBug}
        title={STATES.brokenTitle}
        action={
          <Button variant="default" onClick={() => window.location.reload()}>
            {STATES.reload}
          </Button>
        }
      >
        {STATES.broken}
      </Empty>
    );
  }
}
