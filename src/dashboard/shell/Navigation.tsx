import { NavLink, Stack, Text } from '@mantine/core';
import { Link, useLocation } from 'wouter';
import { useViewer } from '../account/Session';
import { PAGES } from '../routes';
import { NAVIGATION } from '../texts/navigation';

/** The pages that have a place in the navigation; those of operators only for operators. */
export function Navigation() {
  const { isOperator } = useViewer();
  const [path] = useLocation();
  const sections = isOperator ? SECTIONS : SECTIONS.filter((section) => section !== 'operator');
  return (
    <Stack gap="lg">
      {sections.map((section) => {
        const pages = PAGES.filter((page) => page.section === section);
        if (pages.length === 0) return null;
        return (
          <Stack key={section} gap={2}>
            <Text size="xs" c="dimmed" fw={600} px="sm" pb={4}>
              {NAVIGATION.sections[section]}
            </Text>
            {pages.map(({ path: pattern, title, icon: PageIcon, Badge }) => {
              const href = pattern.replace(/\/:.*/, '');
              return (
                <NavLink
                  key={href}
                  component={Link}
                  href={href}
                  className="nav-link"
                  label={title}
                  active={isWithin(path, href)}
                  aria-current={isWithin(path, href) ? 'page' : undefined}
                  leftSection={PageIcon && <PageIcon size={18} stroke={1.75} aria-hidden />}
                  rightSection={Badge && <Badge />}
                />
              );
            })}
          </Stack>
        );
      })}
    </Stack>
  );
}

const SECTIONS = ['work', 'settings', 'operator'] as const;

function isWithin(path: string, href: string): boolean {
  return path === href || (href !== '/' && path.startsWith(`${href}/`));
}
