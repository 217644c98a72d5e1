import { Button, Menu } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { downloadFile } from '../../lib/api.ts';
import { useCan } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Icon } from '../../ui/icon.tsx';
import { notifyFailed } from '../../ui/notify.ts';
import { type CustomersSearch, filterOf } from '../subscribers/customers-search.ts';

/** Into a file and out of one. What the list is narrowed to is what leaves. */
export function ExportMenu({ search }: { search: CustomersSearch }) {
  const can = useCan();
  const save = (path: string) => void downloadFile(path, filterOf(search), 'customers.csv').catch(notifyFailed);
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" rightSection={<Icon name="chevron-down" size={16} />}>
          {t('bulk.export.more')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {can('customer:write') && (
          <Menu.Item component={Link} to="/customers/import">
            {t('bulk.export.bring')}
          </Menu.Item>
        )}
        <Menu.Item onClick={() => save('/api/customers/export')}>{t('bulk.export.act')}</Menu.Item>
        {can('account:reveal') && (
          <Menu.Item onClick={() => save('/api/customers/export-with-passwords')}>
            {t('bulk.export.withPasswords')}
          </Menu.Item>
        )}
        <Menu.Divider />
        <Menu.Item component={Link} to="/customers/bulk">
          {t('bulk.earlier')}
        </Menu.Item>
        <Menu.Item component={Link} to="/customers/fields">
          {t('customers.fields.title')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
