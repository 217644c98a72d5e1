import { Input, SegmentedControl, SimpleGrid, Skeleton, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { CommandSteps } from '../../ui/command-steps.tsx';
import { Form } from '../../ui/form.tsx';
import { LoadedForm } from '../../ui/latest-until-typed.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { Panel } from '../../ui/panel.tsx';
import { RateInput } from '../../ui/rate-input.tsx';
import {
  allowedPlacesCommands,
  gardenFilterCommands,
  gardenMasqueradeCommands,
  gardenPageCommands,
  gardenRemovalCommands,
  hotspotGardenCommands,
} from '../routers/firewall-commands.ts';
import { type BlockedAccess, blockedAccess, changeBlockedAccess } from './queries.ts';

/** What blocked accounts get, and the rules that the owner of a router pastes for it. */
export function BlockedAccessTab() {
  return (
    <LoadedForm query={useQuery(blockedAccess)} skeleton={<Skeleton height={420} maw={640} aria-busy="true" />}>
      {(access, onReload) => <BlockedAccessForm access={access} onReload={onReload} />}
    </LoadedForm>
  );
}

type BlockedAccessFormProps = { access: BlockedAccess; onReload: () => void };

function BlockedAccessForm({ access, onReload }: BlockedAccessFormProps) {
  const can = useCan();
  const { number } = useFormat();
  const form = useForm({
    initialValues: valuesOf(access),
    validate: {
      addressList: (name) => (name.trim() ? null : t('blockedAccess.addressListNeeded')),
      downKbps: (kbps) => (kbps ? null : t('ui.rate.notARate')),
      upKbps: (kbps) => (kbps ? null : t('ui.rate.notARate')),
    },
  });
  const isGarden = form.values.mode === 'walled_garden';
  const blocked = { count: access.blockedCount, number: number(access.blockedCount) };
  return (
    <Stack gap="md">
      <Panel>
        <Form
          form={form}
          submitLabel={t('settings.save')}
          submit={(values) => changeBlockedAccess({ ...sent(values), revision: access.revision })}
          onDone={() => notifyDone(t('settings.saved'))}
          onReload={onReload}
          readOnly={!can('settings:write') && t('settings.readOnly')}
        >
          <Input.Wrapper
            label={t('blockedAccess.mode')}
            labelElement="div"
            description={t(`blockedAccess.modeHelp.${form.values.mode}`)}
          >
            <SegmentedControl
              {...form.getInputProps('mode')}
              aria-label={t('blockedAccess.mode')}
              data={(['disable', 'walled_garden'] as const).map((value) => ({
                value,
                label: t(`blockedAccess.modes.${value}`),
              }))}
              fullWidth
              my={4}
            />
          </Input.Wrapper>
          {form.values.mode !== access.mode && access.blockedCount > 0 && (
            <Text style={{ color: 'var(--tone-attention)' }}>{t('blockedAccess.changes', blocked)}</Text>
          )}
          {isGarden && <GardenFields form={form} />}
        </Form>
      </Panel>
      {isGarden && <GardenRules values={form.values} />}
    </Stack>
  );
}

type GardenForm = ReturnType<typeof useForm<ReturnType<typeof valuesOf>>>;

function GardenFields({ form }: { form: Pick<GardenForm, 'getInputProps'> }) {
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
        <RateInput {...form.getInputProps('downKbps')} label={t('plans.form.download')} />
        <RateInput {...form.getInputProps('upKbps')} label={t('plans.form.upload')} />
      </SimpleGrid>
      <TextInput
        {...form.getInputProps('addressList')}
        label={t('blockedAccess.addressList')}
        description={t('blockedAccess.addressListHelp')}
        maxLength={48}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
        <TextInput
          {...form.getInputProps('addressPool')}
          label={t('blockedAccess.addressPool')}
          description={t('blockedAccess.addressPoolHelp')}
        />
        <TextInput
          {...form.getInputProps('addressRange')}
          label={t('plans.form.addressRange')}
          description={t('blockedAccess.addressRangeHelp')}
          placeholder="10.9.0.2-10.9.0.254"
        />
      </SimpleGrid>
      <TagsInput
        {...form.getInputProps('allowedPlaces')}
        label={t('blockedAccess.allowedPlaces')}
        description={t('blockedAccess.allowedPlacesHelp')}
        placeholder={form.getInputProps('allowedPlaces').value.length === 0 ? 'pay.example.net' : undefined}
        maxTags={50}
        acceptValueOnBlur
        data-path="allowedPlaces"
      />
      <TextInput
        {...form.getInputProps('pageAddress')}
        label={t('blockedAccess.pageAddress')}
        description={t('blockedAccess.pageAddressHelp')}
        placeholder="192.0.2.10"
      />
    </>
  );
}

/** For exactly what the form says now, saved or not. */
function GardenRules({ values }: { values: ReturnType<typeof valuesOf> }) {
  const garden = {
    addressList: values.addressList.trim() || '<list>',
    allowedPlaces: values.allowedPlaces,
    pageAddress: values.pageAddress.trim() || null,
  };
  const hasPlaces = garden.allowedPlaces.length > 0;
  const step = (name: StepName, commands: string) => ({ title: t(`blockedAccess.steps.${name}`), commands });
  return (
    <Panel title={t('blockedAccess.rules')}>
      <Stack gap="md">
        <Text c="dimmed">{t('blockedAccess.rulesText')}</Text>
        {!hasPlaces && !garden.pageAddress && (
          <Text style={{ color: 'var(--tone-attention)' }}>{t('blockedAccess.noPlaces')}</Text>
        )}
        <CommandSteps
          steps={[
            ...(hasPlaces || garden.pageAddress ? [step('places', allowedPlacesCommands(garden))] : []),
            step('filter', gardenFilterCommands(garden)),
            ...(garden.pageAddress ? [step('page', gardenPageCommands(garden))] : []),
            ...(values.addressRange || values.addressPool
              ? [step('masquerade', gardenMasqueradeCommands(garden))]
              : []),
            ...(hasPlaces ? [step('hotspot', hotspotGardenCommands(garden))] : []),
            step('removal', gardenRemovalCommands(garden)),
          ]}
        />
        <Text size="sm" c="dimmed">
          {t('blockedAccess.ipv6')}
        </Text>
      </Stack>
    </Panel>
  );
}

type StepName = 'places' | 'filter' | 'page' | 'masquerade' | 'hotspot' | 'removal';

/** The fields are named as in the contract, so that the server's objections find them. */
function valuesOf(access: BlockedAccess) {
  const { mode, addressList, addressPool, addressRange, downKbps, upKbps, allowedPlaces, pageAddress } = access;
  return {
    mode,
    addressList,
    addressPool: addressPool ?? '',
    addressRange: addressRange ?? '',
    downKbps: downKbps as number | null,
    upKbps: upKbps as number | null,
    allowedPlaces,
    pageAddress: pageAddress ?? '',
  };
}

function sent({ downKbps, upKbps, addressPool, addressRange, pageAddress, ...rest }: ReturnType<typeof valuesOf>) {
  return {
    ...rest,
    downKbps: downKbps ?? 0,
    upKbps: upKbps ?? 0,
    addressPool: addressPool.trim() || null,
    addressRange: addressRange.trim() || null,
    pageAddress: pageAddress.trim() || null,
  };
}
