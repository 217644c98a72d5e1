import { Button, Checkbox, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useFormat, useSession } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { MoneyInput } from '../../ui/money-input.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { Panel } from '../../ui/panel.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { type ImportReview, importAccounts, importReview, type Router } from './queries.ts';
import classes from './router-preview.module.css';

type Profile = ImportReview['profiles'][number];

const tones = { new: 'fine', known: 'quiet', conflict: 'attention', unclear: 'attention' } as const;

/** A router that was there before us: what is on it, and which plans and customers it would become. */
export function RouterImport({ router }: { router: Router }) {
  const { data, error, refetch, isFetching } = useQuery(importReview(router.id));
  return (
    <Panel
      title={t('routers.import.title')}
      acts={
        <Button
          variant="default"
          size="xs"
          style={{ flex: 'none' }}
          loading={isFetching}
          onClick={() => void refetch()}
        >
          {t('routers.preview.again')}
        </Button>
      }
    >
      {error && !isFetching && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={160} />}
      {data && <Review router={router} review={data} />}
    </Panel>
  );
}

function Review({ router, review }: { router: Router; review: ImportReview }) {
  const { number } = useFormat();
  const { counts } = review;
  return (
    <Stack gap="md">
      <Text c="dimmed">{t('routers.import.text')}</Text>
      <Text>
        {t('routers.import.counts', {
          new: number(counts.new),
          known: number(counts.known),
          conflict: number(counts.conflict),
          unclear: number(counts.unclear),
        })}
      </Text>
      {counts.needsPassword > 0 && <Text>{t('routers.import.passwords', { count: counts.needsPassword })}</Text>}
      {review.profiles.length > 0 && <Profiles key={counts.known} router={router} review={review} />}
      <ul className={classes.objects}>
        {review.accounts.map(({ service, name, profile, state, customerName, isDisabled }) => (
          <li key={`${service} ${name}`} className={classes.object}>
            <div className={classes.head}>
              <StatusBadge tone={tones[state]}>{t(`routers.import.states.${state}`)}</StatusBadge>
              <Text component="span" fw={500} className={classes.name}>
                {customerName}
              </Text>
              <Text component="span" c="dimmed">
                {[name, profile, isDisabled && t('routers.import.off')].filter(Boolean).join(' · ')}
              </Text>
            </div>
          </li>
        ))}
      </ul>
    </Stack>
  );
}

/** Each profile becomes a plan: one of ours that fits, or a new one with a price. */
function Profiles({ router, review }: { router: Router; review: ImportReview }) {
  const { currency } = useSession().provider;
  const client = useQueryClient();
  const usable = review.profiles.filter(({ isUnclear }) => !isUnclear);
  const [chosen, setChosen] = useState(() => new Set(usable.map(keyOf)));
  const [prices, setPrices] = useState<Record<string, string>>({});
  const taken = usable.filter((profile) => chosen.has(keyOf(profile)));
  const isPriceMissing = taken.some((profile) => profile.proposal && !prices[keyOf(profile)]);
  const count = taken.reduce((sum, { accountCount }) => sum + accountCount, 0);
  const ask = () =>
    confirmAct({
      title: t('routers.import.confirm', { count, label: router.label }),
      text: t('routers.import.confirmText'),
      act: t('routers.import.act', { count }),
      run: async () => {
        const profiles = taken.map((profile) => choiceOf(profile, prices[keyOf(profile)] ?? '0'));
        const done = await importAccounts(router.id, { profiles });
        await client.invalidateQueries({ queryKey: importReview(router.id).queryKey });
        notifyDone(t('routers.import.done', { count: done.importedCount }));
      },
    });
  return (
    <Stack gap="sm">
      {review.profiles.map((profile) => {
        const key = keyOf(profile);
        return (
          <Group key={key} gap="xl" align="flex-end">
            <Checkbox
              disabled={profile.isUnclear}
              checked={chosen.has(key)}
              onChange={(event) => {
                const next = new Set(chosen);
                if (event.currentTarget.checked) next.add(key);
                else next.delete(key);
                setChosen(next);
              }}
              label={t('routers.import.profile', {
                name: profile.name,
                rate: profile.rateLimit || '–',
                count: profile.accountCount,
              })}
              description={
                profile.isUnclear
                  ? t('routers.import.unclear')
                  : profile.proposal
                    ? t('routers.import.newPlan', { name: profile.proposal.name })
                    : t('routers.import.ownPlan')
              }
            />
            {profile.proposal && chosen.has(key) && (
              <MoneyInput
                label={t('routers.import.price')}
                currency={currency}
                value={prices[key] ?? ''}
                onChange={(value) => setPrices({ ...prices, [key]: value })}
              />
            )}
          </Group>
        );
      })}
      <Group>
        <Button disabled={count === 0 || isPriceMissing} onClick={ask}>
          {t('routers.import.act', { count })}
        </Button>
      </Group>
    </Stack>
  );
}

function keyOf({ service, name }: Profile): string {
  return `${service} ${name}`;
}

function choiceOf({ service, name, planId, proposal }: Profile, priceMinor: string) {
  return planId
    ? { service, name, planId }
    : {
        service,
        name,
        newPlan: {
          name: proposal?.name ?? name,
          priceMinor,
          downKbps: proposal?.downKbps ?? 0,
          upKbps: proposal?.upKbps ?? 0,
        },
      };
}
