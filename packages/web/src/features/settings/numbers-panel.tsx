import { Button, Group, NumberInput, Skeleton, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useCan } from '../../lib/session.ts';
import { errorText, t } from '../../lib/words.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { Form } from '../../ui/form.tsx';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { LatestUntilTyped } from '../../ui/latest-until-typed.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { Panel } from '../../ui/panel.tsx';
import { TwoLines } from '../../ui/two-lines.tsx';
import { changeNumberScheme, type NumberScheme, type NumberWish, nextNumber, numberSchemes } from './queries.ts';

/** How documents are numbered, and what their next numbers are. */
export function NumbersPanel() {
  const can = useCan();
  const { data, error, refetch } = useQuery(numberSchemes);
  const [openKind, setOpenKind] = useState<NumberScheme['kind']>();
  const opened = data?.items.find(({ kind }) => kind === openKind);
  const latest = async () => (await refetch()).data?.items.find(({ kind }) => kind === openKind);
  const close = () => setOpenKind(undefined);
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return (
    <Panel title={t('settings.numbers.title')}>
      <Text c="dimmed" mb="sm">
        {t('settings.numbers.about')}
      </Text>
      {!data && <Skeleton height={150} aria-busy="true" />}
      <Stack gap="sm">
        {data?.items.map((scheme) => {
          const kind = t(`settings.numbers.kinds.${scheme.kind}`);
          return (
            <Group key={scheme.kind} justify="space-between" wrap="nowrap">
              <TwoLines first={kind} second={t('settings.numbers.next', { number: scheme.nextNumber })} />
              {can('settings:write') && (
                <Button
                  size="compact-sm"
                  variant="default"
                  aria-label={t('settings.numbers.changeNamed', { kind: kind.toLowerCase() })}
                  onClick={() => setOpenKind(scheme.kind)}
                >
                  {t('settings.numbers.change')}
                </Button>
              )}
            </Group>
          );
        })}
      </Stack>
      <FormDrawer
        opened={opened !== undefined}
        title={
          opened
            ? t('settings.numbers.formTitle', { kind: t(`settings.numbers.kinds.${opened.kind}`).toLowerCase() })
            : ''
        }
        onClose={close}
      >
        {opened && (
          <LatestUntilTyped key={opened.kind} latest={opened} reload={latest}>
            {(scheme, onReload) => <NumbersForm scheme={scheme} onDone={close} onReload={onReload} />}
          </LatestUntilTyped>
        )}
      </FormDrawer>
    </Panel>
  );
}

type Values = { prefix: string; hasYear: boolean; digits: number | string; nextNo: number | string };

type NumbersFormProps = { scheme: NumberScheme; onDone: () => void; onReload: () => void };

function NumbersForm({ scheme, onDone, onReload }: NumbersFormProps) {
  const { kind, prefix, hasYear, digits, nextNo, hasBegun, revision } = scheme;
  // Another prefix, or another way with years, is another series: it may begin later.
  const mayBegin = (typed: Values) => !hasBegun || typed.prefix.trim() !== prefix || typed.hasYear !== hasYear;
  // What was typed into a field that is gone again is neither judged nor sent.
  const shown = (typed: Values): Values => (mayBegin(typed) ? typed : { ...typed, nextNo: '' });
  const form = useForm<Values>({
    initialValues: { prefix, hasYear, digits, nextNo: hasBegun ? '' : nextNo },
    validate: (typed) => troubles(shown(typed)),
  });
  const { values } = form;
  const wish = Object.values(troubles(shown(values))).some(Boolean) ? undefined : wishOf(shown(values));
  return (
    <Form
      form={form}
      submitLabel={t('settings.save')}
      submit={async (typed) => {
        const { nextNumber: number } = await changeNumberScheme(kind, { ...wishOf(shown(typed)), revision });
        notifyDone(t('settings.numbers.saved', { number }));
      }}
      onDone={onDone}
      onReload={onReload}
    >
      <TextInput
        {...form.getInputProps('prefix')}
        label={t('settings.numbers.prefix')}
        description={t('settings.numbers.prefixHelp')}
        maxLength={16}
        data-autofocus
      />
      <Switch
        {...form.getInputProps('hasYear', { type: 'checkbox' })}
        label={t('settings.numbers.hasYear')}
        description={t('settings.numbers.hasYearHelp')}
      />
      <NumberInput
        {...form.getInputProps('digits')}
        label={t('settings.numbers.digits')}
        description={t('settings.numbers.digitsHelp')}
        {...wholeNumber}
      />
      {mayBegin(values) && (
        <NumberInput
          {...form.getInputProps('nextNo')}
          label={t('settings.numbers.first')}
          description={t('settings.numbers.firstHelp')}
          {...wholeNumber}
        />
      )}
      <NextNumber kind={kind} wish={wish} />
    </Form>
  );
}

const wholeNumber = { allowDecimal: false, allowNegative: false, clampBehavior: 'none' as const };

function wishOf({ prefix, hasYear, digits, nextNo }: Values): NumberWish {
  return {
    prefix: prefix.trim(),
    hasYear,
    digits: Number(digits),
    // Empty: after those before.
    ...(nextNo === '' ? {} : { nextNo: Number(nextNo) }),
  };
}

function troubles({ prefix, hasYear, digits, nextNo }: Values) {
  const isPrefix = /^[A-Za-z0-9][A-Za-z0-9/-]{0,15}$/.test(prefix.trim());
  const isLikeYear = !hasYear && /-\d{4}$/.test(prefix.trim());
  return {
    prefix: isPrefix ? (isLikeYear ? t('settings.numbers.prefixLikeYear') : null) : t('settings.numbers.prefixWrong'),
    digits: Number(digits) >= 1 && Number(digits) <= 12 ? null : t('settings.numbers.digitsWrong'),
    nextNo: nextNo === '' || (Number(nextNo) >= 1 && Number(nextNo) < 1e12) ? null : t('settings.numbers.firstWrong'),
  };
}

/** As the server counts it; it keeps its place while nothing can be said. */
function NextNumber({ kind, wish }: { kind: NumberScheme['kind']; wish: NumberWish | undefined }) {
  const [asked] = useDebouncedValue(wish, 250);
  const { data, error } = useQuery({
    ...nextNumber(kind, asked ?? { prefix: '', hasYear: true, digits: 1 }),
    enabled: asked !== undefined,
  });
  return (
    <Stack gap={2} mih={56} aria-live="polite">
      <Text c="dimmed">{t('settings.numbers.preview')}</Text>
      {error ? (
        <Text style={{ color: 'var(--tone-broken)' }}>{errorText(error)}</Text>
      ) : (
        <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
          {wish && data ? data.nextNumber : '–'}
        </Text>
      )}
    </Stack>
  );
}
