import { Anchor } from '@mantine/core';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Facts } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import classes from './customer-page.module.css';
import type { Customer } from './queries.ts';

export function PersonPanel({ customer }: { customer: Customer }) {
  const format = useFormat();
  const { address, createdAt, email, notes, phone } = customer;
  return (
    <Panel title={t('customers.person.title')}>
      <Facts
        facts={[
          {
            label: t('customers.person.phone'),
            value: phone ? <Anchor href={`tel:${phone.replace(/[^+\d]/g, '')}`}>{phone}</Anchor> : '–',
          },
          {
            label: t('customers.person.email'),
            value: email ? <Anchor href={`mailto:${email}`}>{email}</Anchor> : '–',
          },
          { label: t('customers.person.address'), value: address ? <p className={classes.notes}>{address}</p> : '–' },
          { label: t('customers.person.notes'), value: notes ? <p className={classes.notes}>{notes}</p> : '–' },
          {
            label: t('customers.person.since'),
            value: <time title={format.exactTime(createdAt)}>{format.day(format.today(new Date(createdAt)))}</time>,
          },
        ]}
      />
    </Panel>
  );
}
