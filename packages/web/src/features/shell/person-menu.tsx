import { ActionIcon, Menu, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useSession } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Icon } from '../../ui/icon.tsx';
import { notifyFailed } from '../../ui/notify.ts';
import { signOut } from '../access/queries.ts';
import { openShortcuts } from './shortcuts.ts';

export function PersonMenu() {
  const { staff } = useSession();
  const navigate = useNavigate();
  if (!staff) return null;
  return (
    <Menu width={220}>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={36}
          aria-label={t('shell.person.menu', { name: staff.username })}
        >
          <Icon name="user-circle" size={20} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text fw={600} c="var(--mantine-color-text)" truncate>
            {staff.username}
          </Text>
          {t(`shell.roles.${staff.role}`)}
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item
          leftSection={<Icon name="shield-lock" size={16} />}
          onClick={() => void navigate({ to: '/account' })}
        >
          {t('account.title')}
        </Menu.Item>
        <Menu.Item leftSection={<Icon name="key" size={16} />} onClick={() => void navigate({ to: '/password' })}>
          {t('shell.person.password')}
        </Menu.Item>
        <Menu.Item leftSection={<Icon name="keyboard" size={16} />} onClick={openShortcuts}>
          {t('shell.person.shortcuts')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<Icon name="logout" size={16} />} onClick={() => signOut().catch(notifyFailed)}>
          {t('shell.person.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
