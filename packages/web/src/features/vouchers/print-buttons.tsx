import { Button, Menu } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { useCallback, useState } from 'react';
import { t } from '../../lib/words.ts';
import { Icon } from '../../ui/icon.tsx';
import { notifyFailed } from '../../ui/notify.ts';
import { type Paper, PrintSheet, paperSizes } from './print-sheet.tsx';
import type { Ticket } from './queries.ts';

type PrintButtonsProps = {
  /** Counts the print, and answers with what to draw. */
  fetch: () => Promise<Ticket[]>;
  isSmall?: boolean;
  label?: string;
  defaultPaper?: Paper;
};

/** Prints on the paper that this counter used last; the arrow chooses another. */
export function PrintButtons({ fetch, isSmall, label, defaultPaper = '58' }: PrintButtonsProps) {
  const key = defaultPaper === '58' ? 'lastmile.paper' : 'lastmile.batch-paper';
  const [paper, setPaper] = useLocalStorage<Paper>({ key, defaultValue: defaultPaper });
  const [tickets, setTickets] = useState<Ticket[]>();
  const [isBusy, setBusy] = useState(false);
  const done = useCallback(() => setTickets(undefined), []);
  const print = async (size: Paper) => {
    setPaper(size);
    setBusy(true);
    try {
      setTickets(await fetch());
    } catch (error) {
      notifyFailed(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button.Group>
        <Button
          variant="default"
          size={isSmall ? 'compact-sm' : 'md'}
          loading={isBusy}
          onClick={() => void print(paper)}
        >
          {label ?? t('vouchers.print.act')}
        </Button>
        {!isSmall && (
          <Menu>
            <Menu.Target>
              <Button variant="default" size="md" px="xs" aria-label={t('vouchers.print.paper')}>
                <Icon name="chevron-down" size={16} />
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {paperSizes.map((size) => (
                <Menu.Item key={size} onClick={() => void print(size)}>
                  {t(`vouchers.print.papers.${size}`)}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        )}
      </Button.Group>
      {tickets && <PrintSheet tickets={tickets} paper={paper} onDone={done} />}
    </>
  );
}
