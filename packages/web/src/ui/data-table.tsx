import { ActionIcon, Menu } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import type { KeyboardEvent, MouseEvent as ReactMouseEvent, ReactNode } from 'react';
import { t } from '../lib/words.ts';
import classes from './data-table.module.css';
import { useChoice } from './data-table-choice.tsx';
import { PhoneRows, TableRows } from './data-table-rows.tsx';
import type { DataTableProps, RowTools } from './data-table-types.ts';
import { ErrorState, StaleNotice } from './error-state.tsx';
import { Icon } from './icon.tsx';
import { Pager } from './pager.tsx';

export type { Choice, Column, PhoneRow } from './data-table-types.ts';

/**
 * A list. Give it the query as it is: it shows the skeleton, the empty state, the failure and the next page by itself.
 * Arrow keys move between rows, Enter opens one, the space bar chooses it where rows can be chosen. On a phone each row becomes the two lines that `phone` says.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, query, empty, page } = props;
  // Below 48em a table cannot show enough columns to be of use.
  const isPhone = useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false });
  const tools = useRowTools(props);
  const retry = () => void query.refetch();
  if (query.isError && !query.data) {
    return (
      <div className={classes.frame}>
        <ErrorState error={query.error} onRetry={retry} />
      </div>
    );
  }
  if (query.data?.items.length === 0 && !page?.after) return <div className={classes.frame}>{empty}</div>;
  const Rows = isPhone ? PhoneRows : TableRows;
  return (
    <div className={classes.frame} data-dim={query.isPlaceholderData || undefined}>
      {query.isError && <StaleNotice error={query.error} onRetry={retry} />}
      {!query.data && (
        <span className={classes.hidden} role="status">
          {t('ui.table.loading', { label })}
        </span>
      )}
      <Rows {...props} rows={query.data?.items} tools={tools} />
      {page && <Pager label={label} after={page.after} next={query.data?.next ?? null} onChange={page.onChange} />}
    </div>
  );
}

function useRowTools<Row>(props: DataTableProps<Row>): RowTools<Row> {
  const { link, menu, rowName } = props;
  const navigate = useNavigate();
  const choice = useChoice(props);
  return {
    onRowClick: (row, event) => {
      const target = link?.(row);
      if (target && !isOnControl(event) && !window.getSelection()?.toString()) void navigate(target);
    },
    onKeyDown: actOnRow,
    choice,
    menuOf: (row) => {
      const items = menu?.(row);
      return items ? <RowMenu name={rowName(row)}>{items}</RowMenu> : null;
    },
  };
}

function isOnControl(event: ReactMouseEvent<HTMLElement>): boolean {
  return (
    event.target instanceof Element &&
    event.target.closest('a, button, input, label, [role="menu"], [data-choice]') !== null
  );
}

const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };

function actOnRow(event: KeyboardEvent<HTMLElement>) {
  if (!(event.target instanceof Element) || !event.target.matches('[data-row-link]')) return;
  const checkbox = event.target.closest('tr, li')?.querySelector<HTMLInputElement>('[data-choice] input');
  if (event.key === ' ' && checkbox) {
    event.preventDefault();
    // As a click, so that shift takes the rows between along.
    checkbox.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, shiftKey: event.shiftKey }));
  }
  const step = steps[event.key];
  if (!step) return;
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row-link]')];
  const next = links[links.indexOf(event.target as HTMLElement) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function RowMenu({ name, children }: { name: string; children: ReactNode }) {
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={32} aria-label={t('ui.table.rowActs', { name })}>
          <Icon name="dots" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}
