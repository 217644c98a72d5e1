import { NumberInput, Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useCan } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Form } from '../../ui/form.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { changeSettings, type Settings } from './queries.ts';

export function OperationForm({ settings, onReload }: { settings: Settings; onReload: () => void }) {
  const can = useCan();
  const { revision } = settings;
  const form = useForm({
    initialValues: {
      graceDays: settings.graceDays as number | string,
      liveIntervalSeconds: settings.liveIntervalSeconds as number | string,
      ownerEmail: settings.ownerEmail ?? '',
      eventDays: settings.eventDays as number | string,
      quietHour: settings.quietHour,
      fullLookMinutes: settings.fullLookMinutes as number | string,
      overdueCheckHours: String(settings.overdueCheckHours),
      reconcileAt: settings.reconcileAt,
    },
    validate: {
      graceDays: (days) => (isBetween(days, 0, 90) ? null : t('settings.operation.graceDaysWrong')),
      liveIntervalSeconds: (seconds) => (isBetween(seconds, 2, 300) ? null : t('settings.operation.liveIntervalWrong')),
      eventDays: (days) => (isBetween(days, 7, 3650) ? null : t('settings.operation.eventDaysWrong')),
      quietHour: (time) => (time ? null : t('settings.operation.timeNeeded')),
      reconcileAt: (time) => (time ? null : t('settings.operation.timeNeeded')),
      fullLookMinutes: (minutes) => (isBetween(minutes, 1, 60) ? null : t('settings.operation.fullLookWrong')),
    },
  });
  const { graceDays } = form.values;
  return (
    <Form
      form={form}
      submitLabel={t('settings.save')}
      submit={(values) =>
        changeSettings({
          graceDays: Number(values.graceDays),
          liveIntervalSeconds: Number(values.liveIntervalSeconds),
          ownerEmail: values.ownerEmail.trim() || null,
          eventDays: Number(values.eventDays),
          quietHour: values.quietHour,
          fullLookMinutes: Number(values.fullLookMinutes),
          overdueCheckHours: Number(values.overdueCheckHours),
          reconcileAt: values.reconcileAt,
          revision,
        })
      }
      onDone={() => notifyDone(t('settings.saved'))}
      onReload={onReload}
      readOnly={!can('settings:write') && t('settings.readOnly')}
    >
      <NumberInput
        {...form.getInputProps('graceDays')}
        label={t('settings.operation.graceDays')}
        description={t('settings.operation.graceDaysHelp', { count: Number(graceDays) || 0 })}
        suffix={` ${t('settings.operation.days')}`}
        {...wholeNumber}
      />
      <NumberInput
        {...form.getInputProps('liveIntervalSeconds')}
        label={t('settings.operation.liveInterval')}
        description={t('settings.operation.liveIntervalHelp')}
        suffix={` ${t('settings.operation.seconds')}`}
        {...wholeNumber}
      />
      <NumberInput
        {...form.getInputProps('fullLookMinutes')}
        label={t('settings.operation.fullLook')}
        description={t('settings.operation.fullLookHelp')}
        suffix={` ${t('settings.operation.minutes')}`}
        {...wholeNumber}
      />
      <Select
        {...form.getInputProps('overdueCheckHours')}
        label={t('settings.operation.overdueCheck')}
        description={t('settings.operation.overdueCheckHelp')}
        data={overdueCheckHours.map((hours) => ({
          value: String(hours),
          label: t('settings.operation.everyHours', { count: hours }),
        }))}
        allowDeselect={false}
        styles={{ wrapper: { maxWidth: 240 } }}
      />
      <TextInput
        {...form.getInputProps('reconcileAt')}
        type="time"
        label={t('settings.operation.reconcileAt')}
        description={t('settings.operation.reconcileAtHelp', { zone: settings.timeZone })}
        styles={{ wrapper: { maxWidth: 240 } }}
      />
      <TextInput
        {...form.getInputProps('quietHour')}
        type="time"
        label={t('settings.operation.quietHour')}
        description={t('settings.operation.quietHourHelp', { zone: settings.timeZone })}
        styles={{ wrapper: { maxWidth: 240 } }}
      />
      <TextInput
        {...form.getInputProps('ownerEmail')}
        type="email"
        label={t('settings.operation.ownerEmail')}
        description={t('settings.operation.ownerEmailHelp')}
        maxLength={254}
        styles={{ wrapper: { maxWidth: 360 } }}
      />
      <NumberInput
        {...form.getInputProps('eventDays')}
        label={t('settings.operation.eventDays')}
        description={t('settings.operation.eventDaysHelp')}
        suffix={` ${t('settings.operation.days')}`}
        {...wholeNumber}
      />
    </Form>
  );
}

// What divides a day, as the server takes it.
const overdueCheckHours = [1, 2, 3, 4, 6, 8, 12, 24];

const wholeNumber = {
  allowDecimal: false,
  allowNegative: false,
  clampBehavior: 'none' as const,
  styles: { wrapper: { maxWidth: 240 } },
};

function isBetween(value: number | string, least: number, most: number): boolean {
  return value !== '' && Number(value) >= least && Number(value) <= most;
}
