import { CloseButton, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useFormat } from '../lib/session.ts';
import { t } from '../lib/words.ts';
import classes from './choice-bar.module.css';

type ChoiceBarProps = {
  count: number;
  /** What is chosen, where more than a number is said of it. */
  words?: ReactNode;
  onClear: () => void;
  children: ReactNode;
};

/** What can be done with the chosen rows; it stays in sight while a long list is read. */
export function ChoiceBar({ count, words, onClear, children }: ChoiceBarProps) {
  const { number } = useFormat();
  if (count === 0) return null;
  return (
    <section className={classes.bar} aria-label={t('ui.choice.acts')}>
      <CloseButton aria-label={t('ui.choice.clear')} title={t('ui.choice.clear')} onClick={onClear} />
      <div className={classes.count}>
        {words ?? (
          <Text fw={600} role="status">
            {t('ui.choice.count', { count, number: number(count) })}
          </Text>
        )}
      </div>
      {children}
    </section>
  );
}
