import { Tabs } from '@mantine/core';
import { t } from '../../lib/words.ts';
import { PageHead } from '../../ui/page-head.tsx';
import { TabStrip } from '../../ui/tab-strip.tsx';
import { BooksAccounts } from './books-accounts.tsx';
import { BooksClosing } from './books-closing.tsx';
import { BooksJournal } from './books-journal.tsx';
import { type BooksProps, type BooksSearch, booksTabs } from './books-queries.ts';
import { BooksReceivables } from './books-receivables.tsx';
import { BooksRevenue } from './books-revenue.tsx';
import { BooksTrialBalance } from './books-trial-balance.tsx';

const nothingChosen: BooksSearch = {
  kind: undefined,
  accountId: undefined,
  search: undefined,
  from: undefined,
  to: undefined,
  on: undefined,
  after: undefined,
};

const panels = {
  revenue: BooksRevenue,
  receivables: BooksReceivables,
  'trial-balance': BooksTrialBalance,
  accounts: BooksAccounts,
  journal: BooksJournal,
  closing: BooksClosing,
};

export function BooksPage({ search, onSearch }: BooksProps) {
  return (
    <>
      <PageHead title={t('books.title')} about={t('books.about')} />
      <Tabs
        value={search.tab ?? 'revenue'}
        keepMounted={false}
        onChange={(next) => onSearch({ ...nothingChosen, tab: booksTabs.find((tab) => tab === next) })}
      >
        <TabStrip value={search.tab}>
          {booksTabs.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t(`books.tabs.${name}`)}
            </Tabs.Tab>
          ))}
        </TabStrip>
        {booksTabs.map((name) => {
          const Panel = panels[name];
          return (
            <Tabs.Panel key={name} value={name}>
              <Panel search={search} onSearch={onSearch} />
            </Tabs.Panel>
          );
        })}
      </Tabs>
    </>
  );
}
