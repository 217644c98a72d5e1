import { Group, Stack, Text } from '@mantine/core';
import type { Format } from '../../lib/format.ts';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Money } from '../../ui/money.tsx';
import { daysBetween } from './due-days.ts';
import type { Preview } from './subscription-queries.ts';

type Line = Preview['lines'][number];
type Sums = Pick<Preview, 'lines' | 'taxMinor' | 'amountMinor' | 'currency'>;

/** "part of a period, 12 days" */
export function kindOf({ kind, startsOn, endsOn }: Line): string {
  const isPart = kind !== 'recurring' && startsOn && endsOn;
  return [
    t(`invoices.page.kinds.${kind as 'stub'}`),
    ...(isPart ? [t('subscriptions.partDays', { count: daysBetween(startsOn, endsOn) })] : []),
  ].join(', ');
}

export function discountOf({ discountMinor }: Line, currency: string, format: Format): string[] {
  return discountMinor === '0' ? [] : [t('invoices.page.discount', { amount: format.money(discountMinor, currency) })];
}

/** Beside the lines, or in them already where prices are told with their taxes. */
export function taxRow({ lines, taxMinor, amountMinor }: Sums): { label: string; minor: string }[] {
  if (taxMinor === '0') return [];
  const linesMinor = lines.reduce((sum, line) => sum + BigInt(line.amountMinor), 0n);
  const isInLines = linesMinor === BigInt(amountMinor);
  return [{ label: t(isInLines ? 'subscriptions.change.taxWithin' : 'subscriptions.change.tax'), minor: taxMinor }];
}

/** What an act on a subscription would invoice or credit, line by line; nothing where that is nothing. */
export function PreviewLines({ preview }: { preview: Preview }) {
  const format = useFormat();
  const { lines, amountMinor, currency } = preview;
  if (lines.length === 0) return null;
  const rows = [
    ...lines.map((line) => ({
      label: line.description,
      note: [
        kindOf(line),
        ...(line.startsOn && line.endsOn ? [format.days(line.startsOn, line.endsOn)] : []),
        ...discountOf(line, currency, format),
      ].join(' · '),
      minor: line.amountMinor,
    })),
    ...taxRow(preview).map((row) => ({ ...row, note: null })),
  ];
  return (
    <Stack gap="xs">
      {rows.map(({ label, note, minor }) => (
        <Group key={`${label} ${note}`} justify="space-between" align="start" wrap="nowrap">
          <div>
            <Text>{label}</Text>
            {note && (
              <Text c="dimmed" size="sm">
                {note}
              </Text>
            )}
          </div>
          <Money minor={minor} currency={currency} />
        </Group>
      ))}
      <Group justify="space-between" wrap="nowrap">
        <Text fw={600}>
          {amountMinor.startsWith('-') ? t('subscriptions.change.credited') : t('subscriptions.change.now')}
        </Text>
        <Text fw={600} component="div">
          <Money minor={amountMinor} currency={currency} />
        </Text>
      </Group>
    </Stack>
  );
}
