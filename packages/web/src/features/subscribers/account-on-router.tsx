import { Stack, Text } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { call, type Reply } from '../../lib/api.ts';
import type { Format } from '../../lib/format.ts';
import { useFormat } from '../../lib/session.ts';
import { errorText, t, wordOr } from '../../lib/words.ts';

export type RouterState = Reply<'GET /api/accounts/:accountId/router-state'>;

/** Asks the router itself: not again at each look. */
const routerState = (accountId: string) =>
  queryOptions({
    queryKey: ['account', 'router-state', accountId],
    queryFn: ({ signal }) => call('GET /api/accounts/:accountId/router-state', { params: { accountId }, signal }),
    staleTime: 30_000,
    retry: false,
  });

/** What the router of an account says of it, where it could be asked. */
export function useRouterState(accountId: string): RouterState | undefined {
  return useQuery(routerState(accountId)).data;
}

type OnRouterProps = { why: { accountId: string; router: { label: string; state: string } } };

/** What the router has of an account now, field by field where it differs, and the logins that it refused. */
export function OnRouter({ why: { accountId, router } }: OnRouterProps) {
  const format = useFormat();
  const { data, error } = useQuery(routerState(accountId));
  if (error) return t('customers.why.state.silent', { router: router.label, why: errorText(error) });
  if (!data) return t('customers.why.state.reading', { router: router.label });
  return (
    <Stack gap={2}>
      {stateWords(data).map((line) => (
        <Text key={line}>{line}</Text>
      ))}
      {refusalWords(format, data).map((line) => (
        <Text key={line} c="var(--tone-broken)">
          {line}
        </Text>
      ))}
    </Stack>
  );
}

function stateWords({ isOnRouter, fields }: RouterState): string[] {
  if (!isOnRouter) return [t('customers.why.state.absent')];
  const different = fields.filter(({ isSame }) => isSame === false);
  if (different.length === 0) return [t('customers.why.state.same')];
  return different.map(({ field: name, wanted, actual }) => {
    const field = wordOr('customers.why.state.fields', name);
    // Passwords are compared by the server and told to nobody.
    if (name === 'password') return t('customers.why.state.differsSecret', { field });
    const none = t('customers.why.state.none');
    return t('customers.why.state.differs', { field, wanted: wanted ?? none, actual: actual ?? none });
  });
}

// The latest say what is wrong now.
const shownRefusals = 3;

function refusalWords(format: Format, { refusedLogins, accountName }: RouterState): string[] {
  return (refusedLogins ?? []).slice(0, shownRefusals).map(({ at, triedName, reason }) => {
    const words = {
      time: at ? format.dateTime(at) : '–',
      name: triedName,
      reason: t(`customers.why.state.refusals.${reason}`),
    };
    return t(triedName === accountName ? 'customers.why.state.refused' : 'customers.why.state.refusedAs', words);
  });
}
