import { Button, Group, NativeSelect, NumberInput, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useRef, useState } from 'react';
import { useSession } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Form } from '../../ui/form.tsx';
import { Icon } from '../../ui/icon.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { SecretInput } from '../../ui/secret-input.tsx';
import { ConnectionResult, type Outcome } from './connection-result.tsx';
import { LocationField } from './location-field.tsx';
import { addRouter, changeRouter, type Router, testConnection } from './queries.ts';
import { GuideToggle, RouterGuide, type RouterUser } from './router-guide.tsx';

type RouterFormProps = {
  /** undefined: a new one. */
  router: Router | undefined;
  /** What a new router's user was prepared with. */
  user?: RouterUser | undefined;
  /** Where a new one is offered to stand. */
  locationId?: string | undefined;
  onDone: (router: Router) => void;
  onReload: () => void;
};

const tlsModes = ['off', 'pinned', 'verify', 'anonymous'] as const satisfies readonly Router['tls'][];
const apiPort = 8728;
const apiTlsPort = 8729;
type Values = ReturnType<typeof valuesOf>;
type RouterFormState = ReturnType<typeof useRouterForm>;

function useRouterForm(router: Router | undefined, user: RouterUser | undefined, locationId: string | undefined) {
  return useForm({ initialValues: valuesOf(router, user, locationId), validate: troubles });
}

export function RouterForm({ router, user, locationId, onDone, onReload }: RouterFormProps) {
  // Whoever is limited to locations adds a router at one of his.
  const ownLocation = useSession().staff?.limitedTo?.[0]?.id;
  const form = useRouterForm(router, user, locationId ?? ownLocation);
  const saved = useRef<Router>(undefined);
  const save = async (values: Values) => {
    saved.current = router
      ? await changeRouter(router.id, { ...sent(values), ...keptPassword(values), revision: router.revision })
      : await addRouter({ ...sent(values), password: values.password });
  };
  return (
    <Form
      form={form}
      submitLabel={router ? t('routers.form.save') : t('routers.form.add')}
      submit={save}
      onDone={() => {
        if (!saved.current) return;
        const { label } = saved.current;
        notifyDone(router ? t('routers.saved', { label }) : t('routers.added', { label }));
        onDone(saved.current);
      }}
      onReload={onReload}
    >
      <TextInput
        {...form.getInputProps('label')}
        label={t('routers.form.label')}
        placeholder={t('routers.form.labelPlaceholder')}
        maxLength={80}
        data-autofocus
      />
      <LocationField {...form.getInputProps('locationId')} present={router?.locationName} />
      <ConnectionFields form={form} />
      <Group grow align="flex-start" preventGrowOverflow={false}>
        <TextInput
          {...form.getInputProps('username')}
          label={t('routers.form.username')}
          autoComplete="off"
          spellCheck={false}
          maxLength={64}
        />
        <SecretInput
          {...form.getInputProps('password')}
          label={t('routers.form.password')}
          description={router && t('routers.form.passwordKept')}
          autoComplete="new-password"
          maxLength={200}
        />
      </Group>
      {!router && <PrepareGuide form={form} />}
      <TestConnection form={form} router={router} />
    </Form>
  );
}

function ConnectionFields({ form }: { form: RouterFormState }) {
  const { tls, port } = form.values;
  const chooseTls = (next: Values['tls']) => {
    form.setFieldValue('tls', next);
    // Only the usual ports follow: another one was set with a purpose.
    if (next !== 'off' && Number(port) === apiPort) form.setFieldValue('port', apiTlsPort);
    if (next === 'off' && Number(port) === apiTlsPort) form.setFieldValue('port', apiPort);
  };
  return (
    <>
      <Group align="flex-start" wrap="nowrap" gap="md">
        <TextInput
          {...form.getInputProps('host')}
          label={t('routers.form.host')}
          placeholder={t('routers.form.hostPlaceholder')}
          autoComplete="off"
          spellCheck={false}
          maxLength={253}
          flex={1}
          miw={0}
        />
        <NumberInput
          {...form.getInputProps('port')}
          label={t('routers.form.port')}
          w={104}
          hideControls
          allowDecimal={false}
          allowNegative={false}
          clampBehavior="none"
          thousandSeparator=""
        />
      </Group>
      <NativeSelect
        {...form.getInputProps('tls')}
        label={t('routers.form.tls')}
        description={t(`routers.form.tlsHelp.${tls}`)}
        data={tlsModes.map((mode) => ({ value: mode, label: t(`routers.tls.${mode}`) }))}
        onChange={(event) => chooseTls(event.currentTarget.value as Values['tls'])}
      />
      {tls === 'pinned' && (
        <TextInput
          {...form.getInputProps('fingerprint')}
          label={t('routers.form.fingerprint')}
          description={t('routers.form.fingerprintHelp')}
          autoComplete="off"
          spellCheck={false}
          maxLength={200}
          ff="monospace"
        />
      )}
    </>
  );
}

function PrepareGuide({ form }: { form: RouterFormState }) {
  const [isOpen, setOpen] = useState(false);
  const { username, password, tls } = form.values;
  return (
    <div>
      <GuideToggle isOpen={isOpen} onToggle={() => setOpen(!isOpen)} />
      {isOpen && (
        <div style={{ paddingTop: 8 }}>
          <RouterGuide user={{ username, password }} isPlainFirst={tls === 'off' && password !== ''} />
        </div>
      )}
    </div>
  );
}

/** Tries what is typed. The result goes when it no longer is what is typed. */
function TestConnection({ form, router }: { form: RouterFormState; router: Router | undefined }) {
  const [isBusy, setBusy] = useState(false);
  const [result, setResult] = useState<{ of: string; outcome: Outcome }>();
  const typed = JSON.stringify({ ...form.values, label: '', locationId: '' });
  const shown = result?.of === typed ? result.outcome : undefined;
  const { host } = form.values;
  const test = async () => {
    const faults = (['host', 'port', 'fingerprint', 'username', 'password'] as const).filter(
      (field) => form.validateField(field).hasError,
    );
    if (faults.length > 0) return;
    setBusy(true);
    setResult(undefined);
    const outcome = await tried(form.getValues(), router);
    setResult({ of: typed, outcome });
    setBusy(false);
  };
  return (
    <div>
      <Button
        variant="default"
        loading={isBusy}
        leftSection={<Icon name="plug-connected" size={16} />}
        onClick={() => void test()}
      >
        {t('routers.test.act')}
      </Button>
      <div aria-live="polite" style={{ marginTop: isBusy || shown ? 12 : 0 }}>
        {isBusy && <Text c="dimmed">{t('routers.test.running', { host })}</Text>}
        {shown && (
          <ConnectionResult outcome={shown}>
            {!router && 'test' in shown && (shown.test.facts?.secretCount ?? 0) > 0 && (
              <Text py={6}>{t('routers.test.willObserve', { count: shown.test.facts?.secretCount ?? 0 })}</Text>
            )}
          </ConnectionResult>
        )}
      </div>
    </div>
  );
}

async function tried(values: Values, router: Router | undefined): Promise<Outcome> {
  const { label: _, locationId: __, ...connection } = sent(values);
  try {
    return {
      test: await testConnection({
        ...connection,
        ...(router ? { routerId: router.id, ...keptPassword(values) } : { password: values.password }),
      }),
    };
  } catch (error) {
    return { error };
  }
}

/** The fields are named as in the contract, so that the server's objections find them. */
function valuesOf(router: Router | undefined, user: RouterUser | undefined, locationId: string | undefined) {
  return {
    label: router?.label ?? '',
    locationId: router?.locationId ?? locationId ?? '',
    host: router?.host ?? '',
    port: (router?.port ?? apiPort) as number | string,
    tls: router?.tls ?? ('off' as Router['tls']),
    fingerprint: router?.fingerprint ?? '',
    username: router?.username ?? user?.username ?? '',
    password: user?.password ?? '',
  };
}

function troubles(values: Values) {
  const port = Number(values.port);
  const digits = values.fingerprint.replaceAll(':', '').trim();
  return {
    label: values.label.trim() ? null : t('routers.form.labelNeeded'),
    host: values.host.trim() ? null : t('routers.form.hostNeeded'),
    port: Number.isInteger(port) && port >= 1 && port <= 65_535 ? null : t('routers.form.portWrong'),
    fingerprint: values.tls !== 'pinned' || /^[0-9a-f]{64}$/i.test(digits) ? null : t('routers.form.fingerprintWrong'),
    username: values.username.trim() ? null : t('routers.form.usernameNeeded'),
  };
}

function sent(values: Values) {
  const { label, locationId, host, tls, fingerprint, username } = values;
  return {
    label,
    locationId: locationId || null,
    host,
    port: Number(values.port),
    tls,
    username,
    fingerprint: tls === 'pinned' ? fingerprint : null,
  };
}

/** An empty field leaves the stored password as it is. */
function keptPassword({ password }: Values): { password?: string } {
  return password ? { password } : {};
}
