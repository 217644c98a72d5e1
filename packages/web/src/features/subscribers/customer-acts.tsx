import { Stack, Text } from '@mantine/core';
import type { Format } from '../../lib/format.ts';
import { sinceText } from '../../lib/format.ts';
import { t } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { notifyDone } from '../../ui/notify.ts';
import {
  type Account,
  activateCustomer,
  type Customer,
  removeAccount,
  removeCustomer,
  suspendCustomer,
} from './queries.ts';

export function askToSuspend({ id, name, accounts }: Customer): void {
  confirmAct({
    title: t('customers.suspendTitle', { name }),
    text: (
      <Lines
        lines={[
          ...accounts.map((account) =>
            t(account.session ? 'customers.suspendOnline' : 'customers.suspendOffline', {
              account: account.name,
              router: account.routerLabel,
            }),
          ),
          t('customers.suspendStays'),
        ]}
      />
    ),
    act: t('customers.suspendAct'),
    isDangerous: true,
    reason: 'required',
    run: async (note) => {
      await suspendCustomer(id, note);
      notifyDone(t('customers.suspended', { name }));
    },
  });
}

export function askToActivate({ id, name, accounts, overdueMinor, currency }: Customer, format: Format): void {
  const blocks = accounts.flatMap((account) => account.blocks);
  const isOverdue = BigInt(overdueMinor) > 0n;
  confirmAct({
    title: t('customers.activateTitle', { name }),
    text: (
      <Lines
        lines={[
          ...blocks.map((block) =>
            t(`customers.activateLifts.${block.reason}`, { by: block.by, since: sinceText(format, block.since) }),
          ),
          ...accounts.map(({ name: account, routerLabel: router }) => t('customers.activateText', { account, router })),
          ...(isOverdue ? [t('customers.activateOverdue', { amount: format.money(overdueMinor, currency) })] : []),
        ]}
      />
    ),
    act: t('customers.activateAct'),
    reason: 'optional',
    run: async (note) => {
      await activateCustomer(id, note);
      notifyDone(t('customers.activated', { name }));
    },
  });
}

function moneyLeft(balanceMinor: string, currency: string, format: Format): string[] {
  const balance = BigInt(balanceMinor);
  if (balance > 0n) return [t('customers.removeOwes', { amount: format.money(balanceMinor, currency) })];
  return balance < 0n ? [t('customers.removeHas', { amount: format.money(String(-balance), currency) })] : [];
}

export function askToRemove({ id, name, accounts, balanceMinor, currency }: Customer, format: Format): void {
  confirmAct({
    title: t('customers.removeTitle', { name }),
    text: (
      <Lines
        lines={[
          ...accounts.map(({ name: account, routerLabel: router }) =>
            t('customers.removeAccount', { account, router }),
          ),
          t('customers.removeText'),
          ...moneyLeft(balanceMinor, currency, format),
        ]}
      />
    ),
    act: t('customers.removeAct'),
    isDangerous: true,
    run: async () => {
      await removeCustomer(id);
      notifyDone(t('customers.removed', { name }));
    },
  });
}

function Lines({ lines }: { lines: readonly string[] }) {
  return (
    <Stack gap={6}>
      {lines.map((line) => (
        <Text key={line}>{line}</Text>
      ))}
    </Stack>
  );
}

export function askToRemoveAccount({ id, name, routerLabel }: Account): void {
  confirmAct({
    title: t('customers.account.removeTitle', { name }),
    text: t('customers.account.removeText', { router: routerLabel }),
    act: t('customers.account.removeAct'),
    isDangerous: true,
    run: async () => {
      await removeAccount(id);
      notifyDone(t('customers.account.removed', { name }));
    },
  });
}
