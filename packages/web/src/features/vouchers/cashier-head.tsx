import { ActionIcon, Button, Group, Menu } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useCan, useFormat, useSession } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { Icon } from '../../ui/icon.tsx';
import { notifyFailed } from '../../ui/notify.ts';
import { ThemeMenu } from '../../ui/theme-menu.tsx';
import { signOut } from '../access/queries.ts';
import { CashForm } from './cash-form.tsx';
import classes from './cashier.module.css';
import { CountForm } from './count-form.tsx';
import type { OwnShift } from './queries.ts';

/** Where, who, cash in and out, and the way home. */
export function CashierHead({ shift }: { shift: OwnShift | null }) {
  const { staff, provider } = useSession();
  const format = useFormat();
  const [open, setOpen] = useState<'cash' | 'count'>();
  const close = () => setOpen(undefined);
  return (
    <header className={classes.head}>
      <strong className={classes.name}>{provider.name}</strong>
      <span className={classes.where}>
        {shift
          ? t('vouchers.cashier.since', { place: shift.routerLabel, time: format.timeOfDay(shift.openedAt) })
          : staff?.username}
      </span>
      {shift && (
        <Group gap={8} wrap="nowrap" className={classes.acts}>
          <Button variant="default" size="compact-md" onClick={() => setOpen('cash')}>
            {t('vouchers.cashier.cash')}
          </Button>
          <Button variant="default" size="compact-md" onClick={() => setOpen('count')}>
            {t('vouchers.cashier.clockOut')}
          </Button>
        </Group>
      )}
      <ThemeMenu />
      <CashierMenu />
      <FormDrawer opened={open === 'cash'} title={t('vouchers.cashier.cashTitle')} onClose={close}>
        {shift && <CashForm currency={shift.currency} onDone={close} />}
      </FormDrawer>
      <FormDrawer opened={open === 'count'} title={t('vouchers.cashier.countTitle')} onClose={close}>
        {shift && <CountForm currency={shift.currency} onDone={close} />}
      </FormDrawer>
    </header>
  );
}

function CashierMenu() {
  const { staff } = useSession();
  const can = useCan();
  const navigate = useNavigate();
  return (
    <Menu width={200}>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={36}
          aria-label={t('shell.person.menu', { name: staff?.username ?? '' })}
        >
          <Icon name="user-circle" size={20} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{staff?.username}</Menu.Label>
        {can('voucher:read') && (
          <Menu.Item leftSection={<Icon name="home" size={16} />} onClick={() => void navigate({ to: '/' })}>
            {t('shell.entries.home')}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<Icon name="key" size={16} />} onClick={() => void navigate({ to: '/password' })}>
          {t('shell.person.password')}
        </Menu.Item>
        <Menu.Item leftSection={<Icon name="logout" size={16} />} onClick={() => signOut().catch(notifyFailed)}>
          {t('shell.person.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
