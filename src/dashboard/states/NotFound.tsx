import { Button } from '@mantine/core';
import { IconMapSearch } from '@tabler/icons-react';
import { Link } from 'wouter';
import { STATES } from '../texts/states';
import { Empty } from './Empty';

export function NotFound() {
  return (
    <Empty
      icon={IconMapSearch}
      title={STATES.notFoundTitle}
      action={
        <Button component={Link} href="/" variant="default">
          {STATES.goHome}
        </Button>
      }
    >
      {STATES.notFound}
    </Empty>
  );
}
