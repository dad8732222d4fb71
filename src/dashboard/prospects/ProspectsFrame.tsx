import { Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { PageHeader } from '../shell/PageHeader';
import { SubNavigation } from '../shell/SubNavigation';
import { NAVIGATION } from '../texts/navigation';
import { PROSPECTS } from '../texts/prospects';

/** What people, imports and suppressions have in common. */
export function ProspectsFrame(props: { lead?: string; actions?: ReactNode; children: ReactNode }) {
  return (
    <Stack className="page" gap="lg">
      <PageHeader
        title={NAVIGATION.pages.prospects}
        lead={props.lead ?? PROSPECTS.lead}
        actions={props.actions}
      />
      <SubNavigation label={PROSPECTS.parts} parts={PARTS} />
      {props.children}
    </Stack>
  );
}

const PARTS = [
  { href: '/prospects', title: PROSPECTS.people },
  { href: '/prospects/imports', title: NAVIGATION.pages.imports },
  { href: '/prospects/suppressions', title: NAVIGATION.pages.suppressions },
];
