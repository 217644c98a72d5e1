import { Button, Stack } from '@mantine/core';
import { useCan } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { Icon } from '../../ui/icon.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { ForecastDays } from './forecast-days.tsx';
import { FuseNotice } from './fuse-notice.tsx';
import { HoldForm } from './hold-form.tsx';
import { HoldTable } from './hold-table.tsx';
import { InvoicingRuns } from './invoicing-runs.tsx';
import { OverdueCheck } from './overdue-check.tsx';
import { OverduePolicyDrawer } from './overdue-policy-form.tsx';
import { OverduePreview } from './overdue-preview.tsx';

export type TomorrowSearch = { after?: string; open?: 'hold' | 'rules' };

type TomorrowPageProps = { search: TomorrowSearch; onSearch: (change: Partial<TomorrowSearch>) => void };

export function TomorrowPage({ search, onSearch }: TomorrowPageProps) {
  const can = useCan();
  const close = () => onSearch({ open: undefined });
  return (
    <>
      <PageHead title={t('tomorrow.title')} about={t('tomorrow.about')}>
        {can('settings:read') && (
          <Button
            variant="default"
            leftSection={<Icon name="settings" size={16} />}
            onClick={() => onSearch({ open: 'rules' })}
          >
            {t('tomorrow.policy.act')}
          </Button>
        )}
        {can('payment:record') && (
          <Button leftSection={<Icon name="clock-pause" size={16} />} onClick={() => onSearch({ open: 'hold' })}>
            {t('tomorrow.holds.add')}
          </Button>
        )}
      </PageHead>
      <Stack gap="md">
        <FuseNotice />
        <OverduePreview />
        <OverdueCheck />
        <InvoicingRuns />
        <ForecastDays />
        <HoldTable after={search.after} onPage={(after) => onSearch({ after })} />
      </Stack>
      <FormDrawer opened={search.open === 'hold'} title={t('tomorrow.holds.addTitle')} onClose={close}>
        <HoldForm onDone={close} />
      </FormDrawer>
      <OverduePolicyDrawer isOpen={search.open === 'rules'} onClose={close} />
    </>
  );
}
