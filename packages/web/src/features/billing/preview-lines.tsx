import { Group, Stack, Text } from '@mantine/core';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Money } from '../../ui/money.tsx';
import type { Preview } from './subscription-queries.ts';

/** What an act on a subscription would invoice or credit, line by line; nothing where that is nothing. */
export function PreviewLines({ preview }: { preview: Preview }) {
  const format = useFormat();
  const { lines, taxMinor, amountMinor, currency } = preview;
  if (lines.length === 0) return null;
  const rows = [
    ...lines.map(({ kind, description, startsOn, endsOn, amountMinor: minor }) => ({
      key: `${kind} ${startsOn} ${description}`,
      label: description,
      note: startsOn && endsOn && `${t(`invoices.page.kinds.${kind as 'stub'}`)}, ${format.days(startsOn, endsOn)}`,
      minor,
    })),
    ...(taxMinor === '0' ? [] : [{ key: 'tax', label: t('subscriptions.change.tax'), note: null, minor: taxMinor }]),
  ];
  return (
    <Stack gap="xs">
      {rows.map(({ key, label, note, minor }) => (
        <Group key={key} justify="space-between" align="start" wrap="nowrap">
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
