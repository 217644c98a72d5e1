import { Group, Stack, Text } from '@mantine/core';
import type { Reply } from '../../lib/api.ts';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Money } from '../../ui/money.tsx';
import { discountOf, kindOf, taxRow } from './preview-lines.tsx';

type Upcoming = Reply<'POST /api/subscriptions/preview'>['items'][number];
type RowsProps = { invoices: readonly (Upcoming & { subscriptionId?: string })[] };

/** Invoices that are still to come: for which days, when, and what they are made of. */
export function UpcomingRows({ invoices }: RowsProps) {
  return (
    <Stack gap="sm">
      {invoices.map((invoice) => (
        <UpcomingRow key={`${invoice.subscriptionId} ${invoice.startsOn}`} invoice={invoice} />
      ))}
    </Stack>
  );
}

function UpcomingRow({ invoice }: { invoice: Upcoming }) {
  const format = useFormat();
  const { issueOn, dueOn, startsOn, endsOn, planName, amountMinor, currency } = invoice;
  return (
    <div>
      <Group justify="space-between" align="start" wrap="nowrap">
        <Text>{t('subscriptions.upcomingRow', { plan: planName, days: format.days(startsOn, endsOn) })}</Text>
        <Money minor={amountMinor} currency={currency} />
      </Group>
      <Text c="dimmed" size="sm">
        {t('subscriptions.upcomingDue', { issue: format.day(issueOn), due: format.day(dueOn) })}
      </Text>
      <UpcomingLines invoice={invoice} />
    </div>
  );
}

/** Only where the sum does not speak for itself. */
function UpcomingLines({ invoice }: { invoice: Upcoming }) {
  const format = useFormat();
  const { lines, taxMinor, currency } = invoice;
  const [first] = lines;
  const isPlain = lines.length === 1 && taxMinor === '0';
  if (isPlain && first?.kind === 'recurring' && first.discountMinor === '0') return null;
  const rows = [
    ...lines.map((line) => ({
      label: [kindOf(line), ...discountOf(line, currency, format)].join(' · '),
      minor: line.amountMinor,
    })),
    ...taxRow(invoice),
  ];
  return rows.map(({ label, minor }) => (
    <Group key={label} justify="space-between" wrap="nowrap" c="dimmed" fz="sm">
      <span>{label}</span>
      {!isPlain && <Money minor={minor} currency={currency} />}
    </Group>
  ));
}
