import { Menu, Text, UnstyledButton, useMantineColorScheme, VisuallyHidden } from '@mantine/core';
import {
  IconApi,
  IconCheck,
  IconDeviceDesktop,
  IconLogout,
  IconMoon,
  IconSelector,
  IconSun,
} from '@tabler/icons-react';
import { SignOutDocument } from '../account/account.generated';
import { useViewer } from '../account/Session';
import { useApi } from '../api/ApiProvider';
import { useAction } from '../api/useAction';
import { NAVIGATION } from '../texts/navigation';
import classes from './AccountMenu.module.css';

/** Who is signed in, the colours of the page, and the way out. */
export function AccountMenu() {
  const { name, email, workspace } = useViewer();
  const { renew } = useApi();
  const [signOut] = useAction(SignOutDocument);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const leave = async () => {
    if (await signOut({})) renew();
  };
  return (
    <Menu position="top-start" width="target" shadow="md">
      <Menu.Target>
        <UnstyledButton className={classes['button']}>
          <VisuallyHidden>{NAVIGATION.account}</VisuallyHidden>
          <span className={classes['who']}>
            <Text size="sm" fw={600} truncate>
              {workspace.name}
            </Text>
            <Text size="xs" c="dimmed" truncate>
              {name ?? email}
            </Text>
          </span>
          <IconSelector size={16} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {SCHEMES.map(({ scheme, icon: SchemeIcon }) => (
          <Menu.Item
            key={scheme}
            leftSection={<SchemeIcon size={16} />}
            rightSection={colorScheme === scheme && <IconCheck size={16} />}
            onClick={() => setColorScheme(scheme)}
          >
            {NAVIGATION.colours[scheme]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item component="a" href="/graphql" leftSection={<IconApi size={16} />}>
          {NAVIGATION.explorer}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={leave}>
          {NAVIGATION.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

const SCHEMES = [
  { scheme: 'auto', icon: IconDeviceDesktop },
  { scheme: 'light', icon: IconSun },
  { scheme: 'dark', icon: IconMoon },
] as const;
