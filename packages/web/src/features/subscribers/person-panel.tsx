import { Anchor, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Facts } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { customText } from './custom-fields.tsx';
import classes from './customer-page.module.css';
import { mapLink, textOfPosition } from './position-text.ts';
import { type Customer, customerFields } from './queries.ts';

export function PersonPanel({ customer }: { customer: Customer }) {
  const format = useFormat();
  const fields = useQuery(customerFields).data?.items ?? [];
  const { address, billingAddress, createdAt, custom, email, notes, number, phone, phoneE164, position, tags } =
    customer;
  const own = fields.flatMap((field) => {
    const value = custom[field.id];
    return value === undefined ? [] : [{ label: field.name, value: customText(field, value, format) }];
  });
  return (
    <Panel title={t('customers.person.title')}>
      <Facts
        facts={[
          { label: t('customers.person.number'), value: number },
          {
            label: t('customers.person.phone'),
            value: phone ? <Anchor href={`tel:${phoneE164 ?? phone.replace(/[^+\d]/g, '')}`}>{phone}</Anchor> : '–',
          },
          {
            label: t('customers.person.email'),
            value: email ? <Anchor href={`mailto:${email}`}>{email}</Anchor> : '–',
          },
          { label: t('customers.person.address'), value: <Paragraph text={address} /> },
          ...(billingAddress
            ? [{ label: t('customers.person.billingAddress'), value: <Paragraph text={billingAddress} /> }]
            : []),
          ...(position
            ? [
                {
                  label: t('customers.person.position'),
                  value: (
                    <Anchor href={mapLink(position)} target="_blank" rel="noreferrer">
                      {textOfPosition(position)}
                    </Anchor>
                  ),
                },
              ]
            : []),
          ...(tags.length > 0 ? [{ label: t('customers.person.tags'), value: <Tags tags={tags} /> }] : []),
          ...own,
          { label: t('customers.person.notes'), value: <Paragraph text={notes} /> },
          {
            label: t('customers.person.since'),
            value: <time title={format.exactTime(createdAt)}>{format.day(format.today(new Date(createdAt)))}</time>,
          },
        ]}
      />
    </Panel>
  );
}

function Paragraph({ text }: { text: string | null }) {
  return text ? <p className={classes.notes}>{text}</p> : '–';
}

/** Each leads to all who have it. */
function Tags({ tags }: { tags: readonly string[] }) {
  return (
    <Group gap={6}>
      {tags.map((tag) => (
        <Link key={tag} to="/customers" search={{ tag }} className={classes.tag}>
          {tag}
        </Link>
      ))}
    </Group>
  );
}
