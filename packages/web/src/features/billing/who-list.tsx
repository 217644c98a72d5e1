import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { t } from '../../lib/words.ts';
import { CustomerLink } from './customer-link.tsx';
import classes from './who-list.module.css';

type Who = { customerId: string; customerName: string };

type WhoListProps<T extends Who> = {
  /** What is said of them before anybody asks who they are. */
  children: ReactNode;
  /** How many there are; `items` are the first of them. */
  count: number;
  items: readonly T[];
  keyOf: (item: T) => string;
  whyOf: (item: T) => string;
};

/** How many, and who they are and why where somebody wants to know it. */
export function WhoList<T extends Who>({ children, count, items, keyOf, whyOf }: WhoListProps<T>) {
  const [isOpen, setOpen] = useState(false);
  return (
    <div>
      <div className={classes.head}>
        {children}
        {count > 0 && (
          <Button variant="subtle" size="compact-sm" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen ? t('tomorrow.hide') : t('tomorrow.show')}
          </Button>
        )}
      </div>
      {isOpen && (
        <ul className={classes.people}>
          {items.map((item) => (
            <li key={keyOf(item)}>
              <CustomerLink customerId={item.customerId} name={item.customerName} />
              <span className={classes.why}>{whyOf(item)}</span>
            </li>
          ))}
          {count > items.length && (
            <li className={classes.why}>{t('tomorrow.more', { count: count - items.length })}</li>
          )}
        </ul>
      )}
    </div>
  );
}
