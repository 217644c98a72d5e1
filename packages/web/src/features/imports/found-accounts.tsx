import { Anchor, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Facts } from '../../ui/facts.tsx';
import { FilterChips } from '../../ui/filter-chips.tsx';
import { ObjectList, ObjectRow } from '../routers/router-reading.tsx';
import type { ImportReview } from './queries.ts';

type Account = ImportReview['accounts'][number];

const tones = { new: 'fine', known: 'quiet', conflict: 'attention', unclear: 'attention' } as const;
const states = ['new', 'conflict', 'unclear', 'known'] as const;

/** What stands on the router, by what becomes of it, and the pools that plans can name. */
export function FoundAccounts({ review }: { review: ImportReview }) {
  const { number } = useFormat();
  const present = states.filter((state) => review.counts[state] > 0);
  const [wanted, setWanted] = useState<Account['state']>();
  const shown = wanted && present.includes(wanted) ? wanted : present[0];
  const accounts = review.accounts.filter(({ state }) => state === shown);
  const more = shown ? review.counts[shown] - accounts.length : 0;
  return (
    <Stack gap="sm">
      {shown && (
        <>
          <FilterChips
            label={t('imports.accounts')}
            choices={present.map((state) => ({
              value: state,
              label: t(`imports.states.${state}`),
              count: number(review.counts[state]),
            }))}
            value={shown}
            onChange={setWanted}
          />
          <Text c="dimmed">{t(`imports.stateHelp.${shown}`)}</Text>
          <ObjectList label={t(`imports.states.${shown}`)}>
            {accounts.map((account) => (
              <FoundAccount key={`${account.service} ${account.name}`} account={account} />
            ))}
          </ObjectList>
          {more > 0 && <Text c="dimmed">{t('imports.more', { count: more, number: number(more) })}</Text>}
        </>
      )}
      {review.pools.length > 0 && (
        <>
          <Text fw={600}>{t('imports.pools')}</Text>
          <Facts facts={review.pools.map(({ name, ranges }) => ({ label: name, value: ranges }))} />
        </>
      )}
    </Stack>
  );
}

function FoundAccount({ account }: { account: Account }) {
  const { service, name, profile, state, customerName, customerId, isDisabled, needsPassword } = account;
  const notes = [
    name,
    profile,
    t(`plans.services.${service}`),
    isDisabled && t('imports.off'),
    needsPassword && t('imports.noPassword'),
  ];
  return (
    <ObjectRow
      tone={tones[state]}
      state={t(`imports.state.${state}`)}
      name={
        customerId ? (
          <Anchor component={Link} to="/customers/$customerId" params={{ customerId } as never}>
            {customerName}
          </Anchor>
        ) : (
          customerName
        )
      }
      note={notes.filter(Boolean).join(' · ')}
    />
  );
}
