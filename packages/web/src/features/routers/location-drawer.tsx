import { Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useCan } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { EditDrawer } from '../../ui/edit-drawer.tsx';
import { Form } from '../../ui/form.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { addLocation, changeLocation, type Location, locationById } from './queries.ts';

type LocationDrawerProps = {
  /** The location's id, 'new', or undefined while nothing is open. */
  open: string | undefined;
  onClose: () => void;
};

export function LocationDrawer({ open, onClose }: LocationDrawerProps) {
  return (
    <EditDrawer
      open={open}
      titles={{ add: t('locations.form.addTitle'), edit: t('locations.form.editTitle') }}
      byId={locationById}
      onClose={onClose}
    >
      {(location, onReload) => <LocationForm location={location} onDone={onClose} onReload={onReload} />}
    </EditDrawer>
  );
}

type LocationFormProps = { location: Location | undefined; onDone: () => void; onReload: () => void };

function LocationForm({ location, onDone, onReload }: LocationFormProps) {
  const can = useCan();
  const form = useForm({
    initialValues: {
      name: location?.name ?? '',
      address: location?.address ?? '',
      notes: location?.notes ?? '',
    },
    validate: { name: (name) => (name.trim() ? null : t('locations.form.nameNeeded')) },
  });
  return (
    <Form
      form={form}
      submitLabel={location ? t('locations.form.save') : t('locations.form.add')}
      submit={(values) =>
        location ? changeLocation(location.id, { ...values, revision: location.revision }) : addLocation(values)
      }
      onDone={() => {
        const { name } = form.getValues();
        notifyDone(location ? t('locations.saved', { name }) : t('locations.added', { name }));
        onDone();
      }}
      onReload={onReload}
      readOnly={!can('location:write') && t('locations.form.readOnly')}
    >
      <TextInput
        {...form.getInputProps('name')}
        label={t('locations.form.name')}
        placeholder={t('locations.form.namePlaceholder')}
        maxLength={80}
        data-autofocus
      />
      <TextInput {...form.getInputProps('address')} label={t('locations.form.address')} maxLength={300} />
      <Textarea
        {...form.getInputProps('notes')}
        label={t('locations.form.notes')}
        description={t('locations.form.notesHelp')}
        maxLength={2000}
        autosize
        minRows={3}
        maxRows={12}
      />
    </Form>
  );
}
