import { Stack, Text, TextInput } from '@mantine/core';

import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { t } from '../../lib/words.ts';
import { SecretInput } from '../../ui/secret-input.tsx';
import { RouterPicker, routerChoices } from '../provisioning/router-picker.tsx';
import type { AccountValues } from './account-values.ts';
import type { FormOf } from './form-of.ts';
import { PlanPicker, plansOnSale } from './plan-picker.tsx';
import type { Account } from './queries.ts';

/** A form that holds an account, and perhaps a person beside it. */
type AccountFieldsProps<Values extends AccountValues> = {
  form: FormOf<Values>;
  account: Account | undefined;
};

const mono = { input: { fontFamily: 'var(--mantine-font-family-monospace)' } };

export function AccountFields<Values extends AccountValues>({ form, account }: AccountFieldsProps<Values>) {
  const plan = account?.planId ? { id: account.planId, name: account.planName ?? '' } : undefined;
  useOnlyChoices(form, !account);
  const { routerId } = form.getValues();
  return (
    <Stack gap="md">
      <RouterPicker
        {...form.getInputProps('routerId')}
        label={t('customers.form.router')}
        placeholder={t('customers.form.chooseRouter')}
      />
      {account && routerId && routerId !== account.routerId && (
        <Text style={{ color: 'var(--tone-attention)' }}>
          {t('customers.form.move', { account: account.name, router: account.routerLabel })}
        </Text>
      )}
      <PlanPicker
        {...form.getInputProps('planId')}
        {...(plan && { present: plan })}
        label={t('customers.form.plan')}
        description={account ? t('customers.form.planHelp') : undefined}
        placeholder={t('customers.form.choosePlan')}
      />
      <TextInput
        {...form.getInputProps('username')}
        label={t('customers.form.username')}
        description={t('customers.form.usernameHelp')}
        maxLength={64}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        styles={mono}
      />
      <SecretInput
        {...form.getInputProps('password')}
        label={account ? t('customers.form.newPassword') : t('customers.form.password')}
        description={account ? t('customers.form.newPasswordHelp') : t('customers.form.passwordHelp')}
        maxLength={128}
        autoComplete="new-password"
        canGenerate
      />
      <TextInput
        {...form.getInputProps('staticAddress')}
        label={t('customers.form.staticAddress')}
        description={t('customers.form.staticAddressHelp')}
        maxLength={15}
        autoComplete="off"
        inputMode="decimal"
        styles={mono}
      />
      <TextInput
        {...form.getInputProps('macAddress')}
        label={t('customers.form.macAddress')}
        description={t('customers.form.macAddressHelp')}
        maxLength={17}
        autoComplete="off"
        spellCheck={false}
        styles={mono}
      />
    </Stack>
  );
}

/** Where there is nothing to choose, it is chosen. */
function useOnlyChoices<Values extends AccountValues>(form: FormOf<Values>, isNew: boolean) {
  const routers = useQuery({ ...routerChoices(''), enabled: isNew }).data?.items;
  const plans = useQuery({ ...plansOnSale, enabled: isNew }).data?.items;
  const onlyRouter = routers?.length === 1 ? routers[0]?.id : undefined;
  const onlyPlan = plans?.length === 1 ? plans[0]?.id : undefined;
  const { getValues, isDirty, resetDirty, setValues } = form;
  useEffect(() => {
    const { routerId, planId } = getValues();
    const chosen = {
      ...(isNew && onlyRouter && !routerId && { routerId: onlyRouter }),
      ...(isNew && onlyPlan && !planId && { planId: onlyPlan }),
    };
    if (Object.keys(chosen).length === 0) return;
    // What nobody typed need not be saved.
    const wasTyped = isDirty();
    setValues(chosen as Partial<Values>);
    if (!wasTyped) resetDirty({ ...getValues(), ...chosen });
  }, [getValues, setValues, isDirty, resetDirty, isNew, onlyRouter, onlyPlan]);
}
