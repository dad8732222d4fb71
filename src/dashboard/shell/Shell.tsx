import { AppShell, Burger, Group, Indicator, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type ReactNode, useState } from 'react';
import { useLocation } from 'wouter';
import { useUnread } from '../inbox/Unread';
import { OfflineBanner } from '../states/OfflineBanner';
import { NAVIGATION } from '../texts/navigation';
import { AccountMenu } from './AccountMenu';
import { Logo } from './Logo';
import { Navigation } from './Navigation';
import { ReplyToasts } from './ReplyToasts';

/** What surrounds every page of somebody who is signed in. */
export function Shell({ children }: { children: ReactNode }) {
  const [path] = useLocation();
  const [lastPath, setLastPath] = useState(path);
  const [isOpen, { toggle, close }] = useDisclosure();
  // On a small screen, going somewhere closes the menu.
  if (path !== lastPath) {
    setLastPath(path);
    close();
  }
  const unread = useUnread();
  return (
    <AppShell
      header={{ height: { base: 56, sm: 0 } }}
      navbar={{ width: 248, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding={{ base: 'md', md: 'xl' }}
      transitionDuration={0}
    >
      <a className="skip-link" href="#content">
        {NAVIGATION.skip}
      </a>
      <AppShell.Header hiddenFrom="sm">
        <Group h="100%" px="md" justify="space-between">
          <Logo />
          <Indicator disabled={unread === 0 || isOpen} size={10} offset={3}>
            <Burger
              opened={isOpen}
              onClick={toggle}
              size="sm"
              aria-label={NAVIGATION.menu}
              aria-expanded={isOpen}
              aria-description={unread > 0 ? NAVIGATION.unread(unread) : undefined}
            />
          </Indicator>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="md" aria-label={NAVIGATION.menu}>
        <Stack h="100%" gap="lg">
          <AppShell.Section visibleFrom="sm" px={6} pt={4}>
            <Logo />
          </AppShell.Section>
          <AppShell.Section grow style={{ overflowY: 'auto' }}>
            <Navigation />
          </AppShell.Section>
          <AppShell.Section>
            <AccountMenu />
          </AppShell.Section>
        </Stack>
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        <OfflineBanner />
        <ReplyToasts />
        {children}
      </AppShell.Main>
    </AppShell>
  );
}
