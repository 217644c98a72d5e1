import { type Accent, accents } from '@lastmile/contract/settings.ts';
import { ColorSwatch, Group, Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMemo } from 'react';
import { palettes } from '../../lib/accents.ts';
import { languages, nameOfLanguage } from '../../lib/languages.ts';
import { useCan } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Form } from '../../ui/form.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { useNow } from '../../ui/relative-time.tsx';
import { countryChoices, currencyChoices, timeInZone, timeZoneChoices } from './places.ts';
import { changeSettings, type Settings } from './queries.ts';

export function ProviderForm({ settings, onReload }: { settings: Settings; onReload: () => void }) {
  const can = useCan();
  const { providerName, country, currency, timeZone, language, accent, revision } = settings;
  const form = useForm({
    initialValues: { providerName, country, currency, timeZone, language, accent },
    validate: { providerName: (name) => (name.trim() ? null : t('settings.provider.nameNeeded')) },
  });
  return (
    <Form
      form={form}
      submitLabel={t('settings.save')}
      submit={(values) => changeSettings({ ...values, revision })}
      onDone={() => notifyDone(t('settings.saved'))}
      onReload={onReload}
      readOnly={!can('settings:write') && t('settings.readOnly')}
    >
      <TextInput
        {...form.getInputProps('providerName')}
        label={t('settings.provider.name')}
        description={t('settings.provider.nameHelp')}
        maxLength={80}
      />
      <Select
        {...form.getInputProps('country')}
        label={t('settings.provider.country')}
        description={t('settings.provider.countryHelp')}
        data={useMemo(countryChoices, [])}
        searchable
        limit={300}
      />
      <Select
        {...form.getInputProps('currency')}
        label={t('settings.provider.currency')}
        description={t('settings.provider.currencyHelp')}
        data={useMemo(currencyChoices, [])}
        searchable
      />
      <Select
        {...form.getInputProps('language')}
        label={t('settings.provider.language')}
        description={t('settings.provider.languageHelp')}
        data={languages.map((code) => ({ value: code, label: nameOfLanguage(code) }))}
        allowDeselect={false}
      />
      <Select
        {...form.getInputProps('accent')}
        label={t('settings.provider.accent')}
        description={t('settings.provider.accentHelp')}
        data={accents.map((value) => ({ value, label: t(`settings.provider.accents.${value}`) }))}
        leftSection={<ColorSwatch color={palettes[form.getValues().accent].shades[6]} size={16} />}
        renderOption={({ option: { value, label } }) => (
          <Group gap="xs">
            <ColorSwatch color={palettes[value as Accent].shades[6]} size={16} />
            {label}
          </Group>
        )}
      />
      <TimeZoneField {...form.getInputProps('timeZone')} />
    </Form>
  );
}

function TimeZoneField(input: { value?: string }) {
  useNow(20_000);
  return (
    <Select
      {...input}
      label={t('settings.provider.timeZone')}
      description={t('settings.provider.timeZoneHelp', { time: timeInZone(input.value) })}
      data={useMemo(timeZoneChoices, [])}
      searchable
      limit={100}
    />
  );
}
