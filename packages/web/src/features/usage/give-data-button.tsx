import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { t } from '../../lib/words.ts';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { DataGrantForm } from './data-grant-form.tsx';
import { accountUsage } from './queries.ts';

type GiveDataButtonProps = { account: { id: string; name: string }; variant?: 'default' };

/** Opens the form to give an account more data. */
export function GiveDataButton({ account: { id, name }, variant }: GiveDataButtonProps) {
  const { data: usage } = useQuery(accountUsage(id));
  const [isOpen, setOpen] = useState(false);
  const close = () => setOpen(false);
  if (!usage?.quota) return null;
  return (
    <>
      <Button size="compact-sm" {...(variant ? { variant } : {})} onClick={() => setOpen(true)}>
        {t('usage.give.act')}
      </Button>
      <FormDrawer opened={isOpen} title={t('usage.give.title', { account: name })} onClose={close}>
        <DataGrantForm usage={usage} onDone={close} />
      </FormDrawer>
    </>
  );
}
