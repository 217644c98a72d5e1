import { importFields } from '@lastmile/contract/bulk-kinds.ts';
import { Select, SimpleGrid, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { Fragment } from 'react';
import { t } from '../../lib/words.ts';
import { Form } from '../../ui/form.tsx';
import { Panel } from '../../ui/panel.tsx';
import { RouterPicker } from '../provisioning/router-picker.tsx';
import { PlanPicker } from '../subscribers/plan-picker.tsx';
import { customerFields } from '../subscribers/queries.ts';
import classes from './import-page.module.css';
import { type CustomerImport, checkImport } from './import-queries.ts';

/** What each column is, and where accounts go whose lines name no router or plan. Saving it tries each line. */
export function ImportMapping({ draft }: { draft: CustomerImport }) {
  const own = useQuery(customerFields).data?.items ?? [];
  const form = useForm({
    initialValues: {
      mapping: draft.columns.map(({ field }) => field),
      routerId: draft.routerId ?? '',
      planId: draft.planId ?? '',
    },
  });
  const { mapping } = form.values;
  const choices = [
    ...importFields.map((value) => ({ value: value as string, label: t(`bulk.import.fields.${value}`) })),
    ...own.map(({ id, name }) => ({ value: `custom:${id}`, label: name })),
  ];
  const put = (at: number, field: string | null) =>
    // A field stands in one column: the other lets it go.
    form.setFieldValue(
      'mapping',
      mapping.map((now, place) => (place === at ? field : now === field ? null : now)),
    );
  const needsPlace = mapping.includes('username');
  return (
    <Panel title={t('bulk.import.columns', { file: draft.job.fileName ?? '' })}>
      <Form
        form={form}
        submitLabel={t('bulk.import.check')}
        submit={({ routerId, planId, ...values }) =>
          checkImport(draft.job.id, { ...values, routerId: routerId || null, planId: planId || null })
        }
      >
        <div className={classes.columns}>
          {draft.columns.map(({ name, samples }, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: Columns keep their places, and two may have one name.
            <Fragment key={`${at} ${name}`}>
              <Text className={classes.name} fw={600} title={name}>
                {name}
              </Text>
              <Text className={classes.samples} title={samples.join(', ')}>
                {samples.join(', ')}
              </Text>
              <Select
                aria-label={t('bulk.import.fieldOf', { column: name })}
                placeholder={t('bulk.import.leftOut')}
                clearable
                clearButtonProps={{ 'aria-label': t('bulk.import.leaveOut', { column: name }) }}
                searchable
                data={choices}
                value={mapping[at] ?? null}
                onChange={(field) => put(at, field)}
              />
            </Fragment>
          ))}
        </div>
        {needsPlace && (
          <Stack gap="xs">
            <Text>{t('bulk.import.defaults')}</Text>
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <RouterPicker {...form.getInputProps('routerId')} label={t('bulk.import.fields.router')} clearable />
              <PlanPicker {...form.getInputProps('planId')} label={t('bulk.import.fields.plan')} clearable />
            </SimpleGrid>
          </Stack>
        )}
      </Form>
    </Panel>
  );
}
