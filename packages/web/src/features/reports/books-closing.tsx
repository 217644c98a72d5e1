import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { linkOptions } from '@tanstack/react-router';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Money } from '../../ui/money.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { Panel } from '../../ui/panel.tsx';
import { type BookDifference, bookCheck, booksClosing, closeBooks, reopenBooks } from './books-queries.ts';

/** Which months are closed, and whether the books agree with what they are about. */
export function BooksClosing() {
  return (
    <Stack gap="md">
      <ClosedMonths />
      <Differences />
    </Stack>
  );
}

function ClosedMonths() {
  const format = useFormat();
  const can = useCan();
  const query = useQuery(booksClosing);
  const { data } = query;
  const close = (through: string) => {
    const day = format.day(through);
    confirmAct({
      title: t('books.closing.confirmTitle', { day }),
      text: t('books.closing.confirmText', { day }),
      act: t('books.closing.act', { month: format.month(through) }),
      isDangerous: true,
      run: async () => {
        await closeBooks(through);
        notifyDone(t('books.closing.done', { day }));
      },
    });
  };
  const reopen = (through: string) => {
    const month = format.month(through);
    confirmAct({
      title: t('books.closing.reopenTitle', { month }),
      text: t('books.closing.reopenText', { month }),
      act: t('books.closing.reopen', { month }),
      isDangerous: true,
      reason: 'required',
      run: async (reason) => {
        await reopenBooks(`${through.slice(0, 8)}01`, reason);
        notifyDone(t('books.closing.reopened', { month }));
      },
    });
  };
  return (
    <Panel title={t('books.closing.title')}>
      {query.error && <ErrorState error={query.error} onRetry={query.refetch} />}
      <Stack gap="sm" mih={100}>
        <Text c="dimmed" size="sm">
          {t('books.closing.about')}
        </Text>
        {data && (
          <Text>
            {data.closedThrough
              ? t('books.closing.through', { day: format.day(data.closedThrough), name: data.closedBy ?? '' })
              : t('books.closing.never')}
          </Text>
        )}
        {data && !data.closableThrough && <Text c="dimmed">{t('books.closing.nothing')}</Text>}
        {data?.closableThrough && !data.isEarned && (
          <Text c="dimmed">{t('books.closing.notEarned', { month: format.month(data.closableThrough) })}</Text>
        )}
        {data && (
          <Group gap="sm">
            {can('books:close') && data.closableThrough && data.isEarned && (
              <Button onClick={() => close(data.closableThrough ?? '')}>
                {t('books.closing.act', { month: format.month(data.closableThrough) })}
              </Button>
            )}
            {can('books:reopen') && data.closedThrough && (
              <Button variant="default" onClick={() => reopen(data.closedThrough ?? '')}>
                {t('books.closing.reopen', { month: format.month(data.closedThrough) })}
              </Button>
            )}
          </Group>
        )}
      </Stack>
    </Panel>
  );
}

function Differences() {
  const query = useQuery({
    ...bookCheck,
    select: ({ differences, ...check }) => ({ items: differences, ...check, next: null }),
  });
  const amount = (key: string, head: string, of: (difference: BookDifference) => string): Column<BookDifference> => ({
    key,
    head,
    cell: (difference) => <Money minor={of(difference)} currency={difference.currency} />,
    align: 'right',
    width: 140,
  });
  const format = useFormat();
  const name = ({ customerName, month, shiftId }: BookDifference) => {
    if (month) return format.month(`${month}-01`);
    return shiftId ? t('books.check.shift') : (customerName ?? t('books.check.nobody'));
  };
  const columns: Column<BookDifference>[] = [
    { key: 'customer', head: t('books.check.whose'), cell: name },
    { key: 'account', head: t('books.columns.account'), cell: ({ kind }) => t(`books.kinds.${kind}`), importance: 2 },
    amount('booked', t('books.columns.booked'), ({ bookedMinor }) => bookedMinor),
    amount('counted', t('books.columns.counted'), ({ countedMinor }) => countedMinor),
    amount('difference', t('books.columns.difference'), differenceOf),
  ];
  const count = query.data?.count ?? 0;
  return (
    <Panel
      title={t('books.check.title')}
      acts={
        <Button variant="default" size="xs" loading={query.isFetching} onClick={() => void query.refetch()}>
          {t('books.check.again')}
        </Button>
      }
    >
      <Stack gap="sm">
        <Text c="dimmed" size="sm">
          {t('books.check.about')} {query.data && t('books.check.at', { time: format.dateTime(query.data.at) })}
        </Text>
        {count > 0 && (
          <Alert color="red" icon={<Icon name="alert-triangle" />} title={t('books.check.differ', { count })}>
            {t('books.check.differText')}
          </Alert>
        )}
        <DataTable
          label={t('books.check.title')}
          query={query}
          columns={columns}
          phone={(difference) => ({
            title: name(difference),
            aside: <Money minor={differenceOf(difference)} currency={difference.currency} />,
            line: t(`books.kinds.${difference.kind}`),
          })}
          rowId={({ kind, customerId, month, shiftId, currency }) =>
            `${kind} ${customerId ?? month ?? shiftId} ${currency}`
          }
          rowName={name}
          link={({ customerId }) =>
            customerId ? linkOptions({ to: '/customers/$customerId', params: { customerId } }) : undefined
          }
          empty={<EmptyState icon="circle-check" title={t('books.check.fine')} />}
        />
      </Stack>
    </Panel>
  );
}

function differenceOf({ bookedMinor, countedMinor }: BookDifference): string {
  return (BigInt(bookedMinor) - BigInt(countedMinor)).toString();
}
