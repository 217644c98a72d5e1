import { NumberInput, Switch } from '@mantine/core';
import { useForm } from '@mantine/form';
import { t } from '../../lib/words.ts';
import { Form } from '../../ui/form.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { Panel } from '../../ui/panel.tsx';
import { LocationField } from './location-field.tsx';
import { changeRouter, type Router } from './queries.ts';

type RouterSettingsProps = { router: Router; canWrite: boolean; onReload: () => void };

/** What is decided for a router beside how to reach it. */
export function RouterSettings({ router, canWrite, onReload }: RouterSettingsProps) {
  const form = useForm({
    initialValues: {
      locationId: router.locationId ?? '',
      changeLimitPercent: router.changeLimitPercent,
      healsDrift: router.healsDrift,
    },
  });
  return (
    <Panel title={t('routers.settings.title')}>
      <Form
        form={form}
        submitLabel={t('routers.form.save')}
        readOnly={!canWrite && t('errors.forbidden')}
        submit={(values) =>
          changeRouter(router.id, {
            ...values,
            locationId: values.locationId || null,
            changeLimitPercent: Number(values.changeLimitPercent),
            revision: router.revision,
          })
        }
        onDone={() => notifyDone(t('routers.saved', { label: router.label }))}
        onReload={onReload}
      >
        <LocationField {...form.getInputProps('locationId')} present={router.locationName} />
        <NumberInput
          {...form.getInputProps('changeLimitPercent')}
          label={t('routers.settings.limit')}
          description={t('routers.settings.limitHelp')}
          suffix=" %"
          min={1}
          max={100}
          allowDecimal={false}
          styles={{ wrapper: { maxWidth: 240 } }}
        />
        <Switch
          {...form.getInputProps('healsDrift', { type: 'checkbox' })}
          label={t('routers.settings.heals')}
          description={t('routers.settings.healsHelp')}
        />
      </Form>
    </Panel>
  );
}
