import { useForm } from '@mantine/form';
import { queryClient } from '../../lib/query.ts';
import { t } from '../../lib/words.ts';
import { Form } from '../../ui/form.tsx';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { LatestUntilTyped } from '../../ui/latest-until-typed.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { AccountFields } from './account-fields.tsx';
import { suggestedAccountName } from './account-name.ts';
import {
  type AccountValues,
  accountChangeOf,
  accountTroubles,
  accountValuesOf,
  newAccountOf,
} from './account-values.ts';
import { type Account, addAccount, type Customer, changeAccount, customerById } from './queries.ts';

type AccountDrawerProps = {
  customer: Customer;
  /** The id of an account of his, 'new', or undefined while nothing is open. */
  open: string | undefined;
  onClose: () => void;
};

export function AccountDrawer({ customer, open, onClose }: AccountDrawerProps) {
  const account = customer.accounts.find(({ id }) => id === open);
  const isNew = open === 'new';
  return (
    <FormDrawer
      opened={isNew || account !== undefined}
      title={isNew ? t('customers.account.addTitle') : t('customers.account.editTitle', { name: account?.name ?? '' })}
      onClose={onClose}
    >
      {isNew && <NewAccount customer={customer} onDone={onClose} />}
      {account && (
        <LatestUntilTyped key={account.id} latest={account} reload={() => latestAccount(customer.id, account.id)}>
          {(shown, onReload) => <AccountForm account={shown} onDone={onClose} onReload={onReload} />}
        </LatestUntilTyped>
      )}
    </FormDrawer>
  );
}

async function latestAccount(customerId: string, accountId: string): Promise<Account | undefined> {
  const { accounts } = await queryClient.fetchQuery({ ...customerById(customerId), staleTime: 0 });
  return accounts.find(({ id }) => id === accountId);
}

function NewAccount({ customer, onDone }: { customer: Customer; onDone: () => void }) {
  const count = customer.accounts.length + 1;
  const stem = suggestedAccountName(customer.name);
  const username = stem && count > 1 ? `${stem}-${count}` : stem;
  const form = useForm<AccountValues>({
    initialValues: { ...accountValuesOf(undefined), username },
    validate: accountTroubles,
  });
  return (
    <Form
      form={form}
      submitLabel={t('customers.account.add')}
      submit={(values) => addAccount(customer.id, newAccountOf(values))}
      onDone={() => {
        notifyDone(t('customers.account.added', { name: form.getValues().username }));
        onDone();
      }}
    >
      <AccountFields form={form} account={undefined} />
    </Form>
  );
}

type AccountFormProps = { account: Account; onDone: () => void; onReload: () => void };

function AccountForm({ account, onDone, onReload }: AccountFormProps) {
  const form = useForm<AccountValues>({ initialValues: accountValuesOf(account), validate: accountTroubles });
  return (
    <Form
      form={form}
      submitLabel={t('customers.account.save')}
      submit={(values) => changeAccount(account.id, accountChangeOf(values, account))}
      onDone={() => {
        notifyDone(t('customers.account.saved', { name: form.getValues().username }));
        onDone();
      }}
      onReload={onReload}
    >
      <AccountFields form={form} account={account} />
    </Form>
  );
}
