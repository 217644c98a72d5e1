import { Button, Drawer, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Icon } from '../../ui/icon.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { actionWord, actorWord, detailsOf } from './audit-words.ts';
import type { AuditSearch } from './queries.ts';
import { type AuditEntry, downloadProof } from './queries.ts';

type EntryDrawerProps = {
  entry: AuditEntry | undefined;
  isOpen: boolean;
  isLoading: boolean;
  onClose: () => void;
  onNarrow: (change: Partial<AuditSearch>) => void;
};

/** All that one entry says, and where it leads. */
export function EntryDrawer({ entry, isOpen, isLoading, onClose, onNarrow }: EntryDrawerProps) {
  return (
    <Drawer
      opened={isOpen}
      onClose={onClose}
      title={entry ? actionWord(entry) : t('audit.entry.title')}
      size={480}
      position="right"
      styles={{ title: { fontWeight: 600 } }}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      {entry && <Entry entry={entry} onNarrow={onNarrow} />}
      {!entry && (isLoading ? <Skeleton height={240} /> : <Text c="dimmed">{t('audit.entry.gone')}</Text>)}
    </Drawer>
  );
}

function Entry({ entry, onNarrow }: { entry: AuditEntry; onNarrow: EntryDrawerProps['onNarrow'] }) {
  const format = useFormat();
  const { actor, address, reason, seq, about } = entry;
  const role = roleWord(actor.role);
  const facts = [
    { label: t('audit.entry.when'), value: format.exactTime(entry.at) },
    { label: t('audit.entry.who'), value: actorWord(entry) },
    ...(role ? [{ label: t('audit.entry.role'), value: role }] : []),
    ...(address ? [{ label: t('audit.entry.address'), value: address }] : []),
    ...(actor.via ? [{ label: t('audit.entry.via'), value: actor.via }] : []),
    ...(reason ? [{ label: t('audit.entry.reason'), value: reason }] : []),
    { label: t('audit.entry.place'), value: seq ?? t('audit.entry.waiting') },
  ];
  // What stands above is not said again.
  const { address: _, reason: __, ...said } = entry.details;
  const details = detailsOf(format, { details: said });
  const [thing] = about;
  return (
    <Stack gap="lg">
      <Facts facts={facts} />
      {details.length > 0 && (
        <div>
          <Title order={3} mb="xs">
            {t('audit.entry.changes')}
          </Title>
          <Facts facts={details} />
        </div>
      )}
      <Group gap="xs">
        <ThingLink entry={entry} />
        {thing && (
          <Button variant="default" onClick={() => onNarrow({ about: thing, actor: undefined })}>
            {t('audit.entry.history')}
          </Button>
        )}
        {actor.id && (
          <Button variant="default" onClick={() => onNarrow({ actor: actor.id ?? undefined, about: undefined })}>
            {t('audit.entry.person')}
          </Button>
        )}
      </Group>
      {seq && (
        <Stack gap="xs" align="flex-start">
          <Text size="sm" c="dimmed">
            {t('audit.entry.proofText')}
          </Text>
          <ActButton
            variant="default"
            leftSection={<Icon name="shield-lock" size={16} />}
            act={() => downloadProof(entry.id)}
          >
            {t('audit.entry.proof')}
          </ActButton>
        </Stack>
      )}
    </Stack>
  );
}

const roles = ['super_admin', 'manager', 'admin', 'office', 'cashier', 'auditor'] as const;

function roleWord(role: string | null): string | undefined {
  const known = roles.find((name) => name === role);
  return known && t(`shell.roles.${known}`);
}

const roomsOfCustomers = new Set(['customer', 'account', 'subscription', 'promise', 'exemption', 'statement']);

/** The thing that an entry is about, where it has a page; the customer comes first, where it is about one. */
function ThingLink({ entry: { action, about } }: { entry: AuditEntry }) {
  const [first, second] = about;
  const [room] = action.split('.');
  if (!first || action.endsWith('.removed')) return null;
  const words = t('audit.entry.open');
  if (roomsOfCustomers.has(room ?? ''))
    return (
      <LinkButton variant="default" to="/customers/$customerId" params={{ customerId: first }}>
        {words}
      </LinkButton>
    );
  if ((room === 'invoice' || room === 'payment') && second)
    return (
      <LinkButton variant="default" to="/invoices/$invoiceId" params={{ invoiceId: second }}>
        {words}
      </LinkButton>
    );
  if (room === 'router')
    return (
      <LinkButton variant="default" to="/routers/$routerId" params={{ routerId: first }}>
        {words}
      </LinkButton>
    );
  if (room === 'plan')
    return (
      <LinkButton variant="default" to="/plans" search={{ open: first }}>
        {words}
      </LinkButton>
    );
  return null;
}
