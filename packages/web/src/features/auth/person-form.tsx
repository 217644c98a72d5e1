import { MultiSelect, Radio, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useCan, useSession } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Form } from '../../ui/form.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { SecretInput } from '../../ui/secret-input.tsx';
import { addPerson, changePerson, limitPerson, type PersonInFull, placeList, type Role } from './queries.ts';
import { nameOf, showInvitation } from './staff-acts.tsx';

const roles: readonly Role[] = ['super_admin', 'manager', 'admin', 'office', 'cashier', 'auditor'];

type PersonFormProps = { person: PersonInFull | undefined; onDone: () => void; onReload: () => void };

export function PersonForm({ person, onDone, onReload }: PersonFormProps) {
  const can = useCan();
  const { staff } = useSession();
  const isMyself = person !== undefined && person.id === staff?.id;
  const form = useForm({
    initialValues: {
      username: person?.username ?? '',
      fullName: person?.fullName ?? '',
      role: person?.role ?? ('office' as Role),
      entry: 'invite' as 'invite' | 'password',
      password: '',
      places: person?.limitedTo ? 'some' : 'everywhere',
      limitedTo: person?.limitedTo ?? [],
    },
    validate: {
      username: (username) => (username.trim().length >= 2 ? null : t('staff.form.usernameNeeded')),
      password: (password, { entry }) =>
        !person && entry === 'password' && password.length < 8 ? t('access.tooShort') : null,
    },
  });
  const submit = async (values: typeof form.values) => {
    const limitedTo = values.places === 'some' ? values.limitedTo : null;
    if (person) await save(person, { ...values, limitedTo }, isMyself);
    else await add({ ...values, limitedTo });
  };
  return (
    <Form
      form={form}
      submitLabel={person ? t('staff.form.save') : t('staff.form.add')}
      submit={submit}
      onDone={onDone}
      onReload={onReload}
      readOnly={!can('staff:write') && t('errors.forbidden')}
    >
      <TextInput
        {...form.getInputProps('username')}
        label={t('staff.form.username')}
        description={t('staff.form.usernameHelp')}
        disabled={person !== undefined}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={64}
        data-autofocus={person ? undefined : true}
      />
      <TextInput {...form.getInputProps('fullName')} label={t('staff.form.fullName')} maxLength={120} />
      <Select
        {...form.getInputProps('role')}
        label={t('staff.form.role')}
        description={isMyself ? t('staff.form.yourself') : t('staff.form.roleHelp')}
        data={roles.map((role) => ({ value: role, label: t(`shell.roles.${role}`) }))}
        allowDeselect={false}
        disabled={isMyself}
      />
      {!person && (
        <Radio.Group {...form.getInputProps('entry')} label={t('staff.form.entry')}>
          <Stack gap="xs" mt={4}>
            <Radio value="invite" label={t('staff.form.invite')} />
            <Radio value="password" label={t('staff.form.password')} />
          </Stack>
        </Radio.Group>
      )}
      {!person && form.values.entry === 'password' && (
        <SecretInput
          {...form.getInputProps('password')}
          label={t('staff.form.firstPassword')}
          description={t('staff.form.firstPasswordHelp')}
          autoComplete="new-password"
          maxLength={200}
          canGenerate
        />
      )}
      {!isMyself && (
        <Radio.Group {...form.getInputProps('places')} label={t('staff.form.places')}>
          <Stack gap="xs" mt={4}>
            <Radio value="everywhere" label={t('staff.form.everywhere')} />
            <Radio value="some" label={t('staff.form.some')} />
          </Stack>
        </Radio.Group>
      )}
      {!isMyself && form.values.places === 'some' && <PlacesField {...form.getInputProps('limitedTo')} />}
    </Form>
  );
}

function PlacesField(input: { value?: string[]; onChange?: (places: string[]) => void; error?: React.ReactNode }) {
  const { data } = useQuery(placeList);
  return (
    <MultiSelect
      {...input}
      data-path="limitedTo"
      aria-label={t('staff.form.choosePlaces')}
      placeholder={t('staff.form.choosePlaces')}
      data={data?.items.map(({ id, name }) => ({ value: id, label: name })) ?? []}
      searchable
    />
  );
}

type Values = {
  username: string;
  fullName: string;
  role: Role;
  entry: 'invite' | 'password';
  password: string;
  limitedTo: string[] | null;
};

async function add({ limitedTo, entry, username, fullName, role, password }: Values): Promise<void> {
  const body = { username, fullName, role, password: entry === 'password' ? password : null };
  const { staff, invitation } = await addPerson(body);
  if (limitedTo) await limitPerson(staff.id, limitedTo);
  if (invitation) showInvitation(staff, invitation);
  else notifyDone(t('staff.form.added', { name: nameOf(staff) }));
}

async function save(person: PersonInFull, { fullName, role, limitedTo }: Values, isMyself: boolean): Promise<void> {
  if (fullName !== person.fullName || role !== person.role)
    await changePerson(person.id, { revision: person.revision, fullName, role });
  const isMoved = JSON.stringify(limitedTo?.toSorted()) !== JSON.stringify(person.limitedTo?.toSorted());
  if (!isMyself && isMoved) await limitPerson(person.id, limitedTo);
  notifyDone(t('staff.form.saved'));
}
