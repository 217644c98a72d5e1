import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { planList } from '../plans/queries.ts';
import { ResultBox } from '../routers/connection-result.tsx';
import type { Router } from '../routers/queries.ts';
import { Counts, RouterReading } from '../routers/router-reading.tsx';
import { ChargeChoice } from './charge-choice.tsx';
import { FoundAccounts } from './found-accounts.tsx';
import { type Choices, isComplete, keyOf, offered, sentChoices } from './profile-choice.ts';
import classes from './profile-fields.module.css';
import { ProfileFields } from './profile-fields.tsx';
import { type Imported, type ImportReview, importAccounts, importReview } from './queries.ts';

/** A router that was there before us: what is on it, and which plans and customers it would become. */
export function RouterImport({ router }: { router: Router }) {
  const [imported, setImported] = useState<Imported>();
  return (
    <RouterReading title={t('imports.title')} query={useQuery(importReview(router.id))}>
      {(review) => (
        <Stack gap="md">
          <Text c="dimmed">{t('imports.text')}</Text>
          {imported && <Result imported={imported} />}
          <ReviewCounts counts={review.counts} />
          {review.counts.needsPassword > 0 && (
            <Text>{t('imports.passwords', { count: review.counts.needsPassword })}</Text>
          )}
          {review.otherCount > 0 && <Text c="dimmed">{t('imports.others', { count: review.otherCount })}</Text>}
          {review.voucherCount > 0 && <Text c="dimmed">{t('imports.vouchers', { count: review.voucherCount })}</Text>}
          {review.counts.new > 0 && <Profiles router={router} review={review} onImported={setImported} />}
          <FoundAccounts review={review} />
        </Stack>
      )}
    </RouterReading>
  );
}

function ReviewCounts({ counts }: Pick<ImportReview, 'counts'>) {
  const { number } = useFormat();
  return (
    <Counts
      counts={(['new', 'known', 'conflict', 'unclear'] as const).map((state) => ({
        label: t(`imports.states.${state}`),
        value: number(counts[state]),
        tone: state !== 'known' && counts[state] > 0 ? (state === 'new' ? 'fine' : 'attention') : undefined,
      }))}
    />
  );
}

function Result({ imported }: { imported: Imported }) {
  const { importedCount, newPlanCount, leftCount, withoutPasswordCount } = imported;
  const words = [
    newPlanCount > 0 && t('imports.result.plans', { count: newPlanCount }),
    leftCount > 0 && t('imports.result.left', { count: leftCount }),
    withoutPasswordCount > 0 && t('imports.result.withoutPassword', { count: withoutPasswordCount }),
  ];
  return (
    <ResultBox
      tone="fine"
      title={t('imports.result.done', { count: importedCount })}
      text={words.filter(Boolean).join(' ') || undefined}
    />
  );
}

type ProfilesProps = { router: Router; review: ImportReview; onImported: (imported: Imported) => void };

/** Each profile becomes a plan, in one step that can be repeated. */
function Profiles({ router, review, onImported }: ProfilesProps) {
  const format = useFormat();
  const { data } = useQuery(planList({ status: 'active', limit: 200 }));
  const [chargedFrom, setChargedFrom] = useState<string | null>(null);
  const [changed, setChanged] = useState<Choices>({});
  const choices = { ...offered(review.profiles), ...changed };
  const taken = review.profiles.filter((profile) => choices[keyOf(profile)]?.plan);
  const unfinished = taken.filter((profile) => !isComplete(choices[keyOf(profile)] as Choices[string]));
  // A profile's accounts may be known in part; how many of it are new is told for all of them only.
  const count = Math.min(
    taken.reduce((sum, { accountCount }) => sum + accountCount, 0),
    review.counts.new,
    review.mostAtOnce,
  );
  const newPlans = taken.filter((profile) => choices[keyOf(profile)]?.plan === 'new');
  const ask = () =>
    confirmAct({
      title: t('imports.confirm', { count, label: router.label }),
      text: (
        <Stack gap="xs">
          {newPlans.length > 0 && (
            <Text>
              {t('imports.confirmPlans', {
                count: newPlans.length,
                names: newPlans.map((profile) => choices[keyOf(profile)]?.name).join(', '),
              })}
            </Text>
          )}
          <Text>
            {chargedFrom === null
              ? t('imports.charge.confirmNot')
              : t('imports.charge.confirm', { day: format.dayWithWeekday(chargedFrom) })}
          </Text>
          <Text>{t('imports.confirmText')}</Text>
        </Stack>
      ),
      act: t('imports.act', { count }),
      run: async () => {
        onImported(await importAccounts(router.id, { profiles: sentChoices(review.profiles, choices), chargedFrom }));
        setChanged({});
      },
    });
  return (
    <div>
      <ul className={classes.profiles} aria-label={t('imports.profiles')}>
        {review.profiles.map((profile) => {
          const key = keyOf(profile);
          const choice = choices[key];
          return (
            choice && (
              <ProfileFields
                key={key}
                profile={profile}
                choice={choice}
                plans={data?.items ?? []}
                onChange={(change) => setChanged({ ...changed, [key]: { ...choice, ...change } })}
              />
            )
          );
        })}
      </ul>
      <ChargeChoice chargedFrom={chargedFrom} onChange={setChargedFrom} />
      <Group gap="sm" mt="md">
        <Button disabled={count === 0 || unfinished.length > 0 || chargedFrom === ''} onClick={ask}>
          {count > 0 ? t('imports.act', { count }) : t('imports.actNone')}
        </Button>
        {unfinished.length > 0 && (
          <Text c="dimmed">{t('imports.unfinished', { names: unfinished.map(({ name }) => name).join(', ') })}</Text>
        )}
        {review.counts.new > review.mostAtOnce && (
          <Text c="dimmed">{t('imports.mostAtOnce', { count: review.mostAtOnce })}</Text>
        )}
      </Group>
    </div>
  );
}
