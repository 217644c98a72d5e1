import { Button, Code, Group, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../lib/api.ts';
import { queryClient } from '../../lib/query.ts';
import { sessionQuery, useSession } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { CopyText } from '../../ui/copy-text.tsx';
import { ErrorState, Refusal } from '../../ui/error-state.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { Panel } from '../../ui/panel.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { acceptSecondFactor, removeSecondFactor, renewRecoveryCodes } from './queries.ts';

export function SecondFactorPanel() {
  const { hasSecondFactor } = useSession();
  const [isSettingUp, setSettingUp] = useState(false);
  const badge = (
    <StatusBadge tone={hasSecondFactor ? 'fine' : 'attention'}>
      {hasSecondFactor ? t('account.factor.on') : t('account.factor.off')}
    </StatusBadge>
  );
  return (
    <Panel title={t('account.factor.title')} acts={badge}>
      {isSettingUp ? (
        <SecondFactorSetup onDone={() => setSettingUp(false)} />
      ) : (
        <Stack gap="md" align="flex-start">
          <Text c="dimmed">{hasSecondFactor ? t('account.factor.onText') : t('account.factor.offText')}</Text>
          {hasSecondFactor ? (
            <FactorActs />
          ) : (
            <Button onClick={() => setSettingUp(true)}>{t('account.factor.setUp')}</Button>
          )}
        </Stack>
      )}
    </Panel>
  );
}

function FactorActs() {
  const renew = () =>
    confirmAct({
      title: t('account.factor.renewTitle'),
      text: t('account.factor.renewText'),
      act: t('account.factor.renew'),
      run: async () => showRecoveryCodes(await renewRecoveryCodes()),
    });
  const turnOff = () =>
    confirmAct({
      title: t('account.factor.turnOffTitle'),
      text: t('account.factor.turnOffText'),
      act: t('account.factor.turnOff'),
      isDangerous: true,
      run: async () => {
        await removeSecondFactor();
        notifyDone(t('account.factor.turnedOff'));
      },
    });
  return (
    <Group gap="xs">
      <Button variant="default" onClick={renew}>
        {t('account.factor.renew')}
      </Button>
      <Button variant="default" c="var(--mantine-color-error)" onClick={turnOff}>
        {t('account.factor.turnOff')}
      </Button>
    </Group>
  );
}

function showRecoveryCodes(codes: string[]): void {
  const modalId = modals.open({
    title: t('account.factor.codesTitle'),
    withCloseButton: false,
    closeOnClickOutside: false,
    closeOnEscape: false,
    styles: { title: { fontWeight: 600 } },
    children: <RecoveryCodes codes={codes} onKept={() => modals.close(modalId)} />,
  });
}

function RecoveryCodes({ codes, onKept }: { codes: string[]; onKept: () => void }) {
  return (
    <Stack gap="md">
      <Text>{t('account.factor.codesText')}</Text>
      <SimpleGrid cols={2} spacing="xs">
        {codes.map((code) => (
          <Code key={code} fz="md" ta="center" py={6}>
            {code}
          </Code>
        ))}
      </SimpleGrid>
      <Button onClick={onKept} style={{ alignSelf: 'flex-end' }}>
        {t('account.factor.codesKept')}
      </Button>
    </Stack>
  );
}

/** Scan, type the code that the app shows, keep the recovery codes. */
export function SecondFactorSetup({ onDone }: { onDone: () => void }) {
  const offer = useQuery({
    queryKey: ['own', 'second-factor-offer'],
    queryFn: () => call('POST /api/auth/second-factor/offer'),
    // Each offer is another secret: it must not change under the person's eyes.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  const [code, setCode] = useState('');
  const [codes, setCodes] = useState<string[]>();
  const [refusal, setRefusal] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (!offer.data) return;
    setBusy(true);
    setRefusal(null);
    try {
      setCodes(await acceptSecondFactor({ ticket: offer.data.ticket, code }));
    } catch (error) {
      setRefusal(error);
    } finally {
      setBusy(false);
    }
  };
  const finish = async () => {
    await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 });
    notifyDone(t('account.factor.turnedOn'));
    onDone();
  };
  if (codes) return <RecoveryCodes codes={codes} onKept={() => void finish()} />;
  if (offer.error) return <ErrorState error={offer.error} onRetry={() => void offer.refetch()} />;
  return (
    <form noValidate onSubmit={(event) => void send(event)}>
      <Stack gap="md">
        <Text>{t('account.factor.scan')}</Text>
        <img
          alt={t('account.factor.picture')}
          width={200}
          height={200}
          style={{
            alignSelf: 'center',
            background: 'white',
            borderRadius: 4,
            visibility: offer.data ? 'visible' : 'hidden',
          }}
          src={offer.data ? `data:image/svg+xml,${encodeURIComponent(offer.data.qrCode)}` : undefined}
        />
        <CopyText text={offer.data?.secret ?? '…'} label={t('account.factor.key')} isMono isWhole />
        <TextInput
          label={t('account.factor.code')}
          autoComplete="one-time-code"
          inputMode="numeric"
          maxLength={7}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        {refusal !== null && <Refusal error={refusal} />}
        <Button
          type="submit"
          style={{ alignSelf: 'flex-start' }}
          loading={isBusy}
          disabled={!/^\d{3} ?\d{3}$/.test(code.trim())}
        >
          {t('account.factor.turnOn')}
        </Button>
      </Stack>
    </form>
  );
}
