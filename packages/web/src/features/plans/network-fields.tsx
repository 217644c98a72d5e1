import { Accordion, NumberInput, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { t } from '../../lib/words.ts';
import { DurationInput } from '../../ui/duration-input.tsx';
import { RateInput } from '../../ui/rate-input.tsx';
import type { Plan } from './queries.ts';

const rateFields = [
  'burstDownKbps',
  'burstUpKbps',
  'thresholdDownKbps',
  'thresholdUpKbps',
  'limitAtDownKbps',
  'limitAtUpKbps',
] as const;
const numberFields = ['burstDownSeconds', 'burstUpSeconds', 'priority', 'sharedUsers'] as const;
const durationFields = ['sessionTimeoutSeconds', 'idleTimeoutSeconds'] as const;
const textFields = ['addressPool', 'addressRange', 'localAddress', 'addressList', 'dnsServers'] as const;
const optionNames = [...rateFields, ...numberFields, ...durationFields, ...textFields];

type Amount = (typeof rateFields)[number] | (typeof durationFields)[number];
type NetworkValues = Record<Amount, number | null> &
  Record<(typeof numberFields)[number], number | string> &
  Record<(typeof textFields)[number], string>;

/** Says a plan more than its speed? Then it is shown open. */
export function hasOptions(plan: Plan): boolean {
  return optionNames.some((name) => plan[name] !== null);
}

export function networkValues(plan: Plan | undefined): NetworkValues {
  const entries = [
    ...[...rateFields, ...durationFields].map((name) => [name, plan?.[name] ?? null]),
    ...numberFields.map((name) => [name, plan?.[name] ?? '']),
    ...textFields.map((name) => [name, plan?.[name] ?? '']),
  ];
  return Object.fromEntries(entries) as NetworkValues;
}

type Sent = Record<Amount | (typeof numberFields)[number], number | null> &
  Record<(typeof textFields)[number], string | null>;

/** What is not for the kind of the plan is not sent, also where it was typed before the kind was changed. */
export function networkSent(values: NetworkValues & { service: Plan['service'] }): Sent {
  const isTunnel = values.service === 'pppoe';
  const entries = [
    ...[...rateFields, ...durationFields].map((name) => [name, values[name]]),
    ...numberFields.map((name) => [name, values[name] === '' ? null : Number(values[name])]),
    ...textFields.map((name) => [name, values[name].trim() || null]),
  ];
  const sent = Object.fromEntries(entries) as Sent;
  return isTunnel ? sent : { ...sent, localAddress: null, dnsServers: null };
}

/** Any form that holds these fields among others. */
type FormWithNetwork = {
  // biome-ignore lint/suspicious/noExplicitAny: as Mantine types them.
  getInputProps: (field: any) => any;
  values: { service: Plan['service'] };
};

export function NetworkFields({ form, isOpen }: { form: FormWithNetwork; isOpen: boolean }) {
  const isTunnel = form.values.service === 'pppoe';
  return (
    <Accordion variant="separated" multiple defaultValue={isOpen ? ['burst', 'limits', 'addresses'] : []}>
      <Accordion.Item value="burst">
        <Accordion.Control>{t('plans.form.burstGroup')}</Accordion.Control>
        <Accordion.Panel>
          <BurstFields form={form} />
        </Accordion.Panel>
      </Accordion.Item>
      <Accordion.Item value="limits">
        <Accordion.Control>{t('plans.form.limitsGroup')}</Accordion.Control>
        <Accordion.Panel>
          <Stack gap="md">
            <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
              <DurationInput {...form.getInputProps('sessionTimeoutSeconds')} label={t('plans.form.sessionTimeout')} />
              <DurationInput {...form.getInputProps('idleTimeoutSeconds')} label={t('plans.form.idleTimeout')} />
            </SimpleGrid>
            <NumberInput
              {...form.getInputProps('sharedUsers')}
              {...count}
              label={t('plans.form.sharedUsers')}
              description={t(isTunnel ? 'plans.form.sharedUsersHelpPppoe' : 'plans.form.sharedUsersHelp')}
            />
          </Stack>
        </Accordion.Panel>
      </Accordion.Item>
      <Accordion.Item value="addresses">
        <Accordion.Control>{t('plans.form.addressesGroup')}</Accordion.Control>
        <Accordion.Panel>
          <AddressFields form={form} isTunnel={isTunnel} />
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}

function BurstFields({ form }: { form: FormWithNetwork }) {
  const pair = (down: string, up: string, what: 'burst' | 'threshold' | 'limitAt') => (
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
      <RateInput {...form.getInputProps(down)} label={t(`plans.form.${what}Down`)} />
      <RateInput {...form.getInputProps(up)} label={t(`plans.form.${what}Up`)} />
    </SimpleGrid>
  );
  return (
    <Stack gap="md">
      {pair('burstDownKbps', 'burstUpKbps', 'burst')}
      {pair('thresholdDownKbps', 'thresholdUpKbps', 'threshold')}
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
        <NumberInput
          {...form.getInputProps('burstDownSeconds')}
          {...count}
          label={t('plans.form.burstTimeDown')}
          suffix=" s"
        />
        <NumberInput
          {...form.getInputProps('burstUpSeconds')}
          {...count}
          label={t('plans.form.burstTimeUp')}
          suffix=" s"
        />
      </SimpleGrid>
      {pair('limitAtDownKbps', 'limitAtUpKbps', 'limitAt')}
      <NumberInput
        {...form.getInputProps('priority')}
        {...count}
        max={8}
        label={t('plans.form.priority')}
        description={t('plans.form.priorityHelp')}
      />
    </Stack>
  );
}

function AddressFields({ form, isTunnel }: { form: FormWithNetwork; isTunnel: boolean }) {
  return (
    <Stack gap="md">
      <TextInput
        {...form.getInputProps('addressPool')}
        label={t('plans.form.addressPool')}
        description={t('plans.form.addressPoolHelp')}
      />
      <TextInput
        {...form.getInputProps('addressRange')}
        label={t('plans.form.addressRange')}
        description={t('plans.form.addressRangeHelp')}
        placeholder="10.5.0.2-10.5.0.254"
      />
      {isTunnel && (
        <TextInput
          {...form.getInputProps('localAddress')}
          label={t('plans.form.localAddress')}
          description={t('plans.form.localAddressHelp')}
          placeholder="10.5.0.1"
        />
      )}
      <TextInput
        {...form.getInputProps('addressList')}
        label={t('plans.form.addressList')}
        description={t('plans.form.addressListHelp')}
      />
      {isTunnel && (
        <TextInput
          {...form.getInputProps('dnsServers')}
          label={t('plans.form.dnsServers')}
          description={t('plans.form.dnsServersHelp')}
          placeholder="9.9.9.9, 1.1.1.1"
        />
      )}
      <TextInput
        {...form.getInputProps('profileName')}
        label={t('plans.form.profileName')}
        description={t('plans.form.profileNameHelp')}
        maxLength={48}
      />
    </Stack>
  );
}

const count = {
  min: 1,
  allowDecimal: false,
  allowNegative: false,
  hideControls: true,
  clampBehavior: 'none' as const,
};
