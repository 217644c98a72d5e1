import { NativeSelect, SimpleGrid, Text, TextInput } from '@mantine/core';
import { useFormat, useSession } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { MoneyInput } from '../../ui/money-input.tsx';
import { RateInput } from '../../ui/rate-input.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { planSpeed } from '../plans/plan-words.ts';
import type { Plan } from '../plans/queries.ts';
import type { Profile, ProfileChoice } from './profile-choice.ts';
import classes from './profile-fields.module.css';

type ProfileFieldsProps = {
  profile: Profile;
  choice: ProfileChoice;
  /** All that are sold, of both kinds. */
  plans: readonly Plan[];
  onChange: (change: Partial<ProfileChoice>) => void;
};

/** What becomes of one profile: a plan of ours, a new one, or nothing. */
export function ProfileFields({ profile, choice, plans, onChange }: ProfileFieldsProps) {
  const format = useFormat();
  const fitting = plans.filter(({ service }) => service === profile.service);
  return (
    <li className={classes.profile}>
      <div className={classes.found}>
        <span className={classes.name}>
          <Text component="span" fw={600}>
            {profile.name}
          </Text>
          <StatusBadge tone="quiet">{t(`plans.services.${profile.service}`)}</StatusBadge>
        </span>
        <Text c="dimmed" size="sm">
          {t('imports.accountCount', { count: profile.accountCount, number: format.number(profile.accountCount) })}
          {' · '}
          {profile.rateLimit ? <code>{profile.rateLimit}</code> : t('imports.noLimit')}
        </Text>
      </div>
      <NativeSelect
        label={t('imports.becomes')}
        value={choice.plan}
        onChange={(event) => onChange({ plan: event.currentTarget.value })}
        data={[
          { value: '', label: t('imports.leaveOut') },
          { value: 'new', label: t('imports.newPlan') },
          ...fitting.map((plan) => ({ value: plan.id, label: `${plan.name} · ${planSpeed(format, plan)}` })),
        ]}
        description={profile.isUnclear && choice.plan === '' ? t('imports.unclear') : undefined}
      />
      {choice.plan === 'new' && <NewPlanFields choice={choice} onChange={onChange} />}
    </li>
  );
}

function NewPlanFields({ choice, onChange }: Pick<ProfileFieldsProps, 'choice' | 'onChange'>) {
  const { currency } = useSession().provider;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="md" className={classes.plan}>
      <TextInput
        label={t('plans.form.name')}
        value={choice.name}
        maxLength={80}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      <MoneyInput
        label={t('imports.price')}
        currency={currency}
        value={choice.priceMinor}
        onChange={(priceMinor) => onChange({ priceMinor })}
      />
      <RateInput
        label={t('plans.form.download')}
        value={choice.downKbps}
        onChange={(downKbps) => onChange({ downKbps })}
      />
      <RateInput label={t('plans.form.upload')} value={choice.upKbps} onChange={(upKbps) => onChange({ upKbps })} />
    </SimpleGrid>
  );
}
