import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { modals } from '@mantine/modals';
import { type ReactNode, useCallback, useState } from 'react';
import { t } from '../lib/words.ts';
import { Refusal } from './error-state.tsx';

type Confirmation = {
  /** A question that names the thing. */
  title: string;
  /** What will happen to whom, in numbers and names. */
  text: ReactNode;
  /** What the button says: the act. */
  act: string;
  /** What must have been looked at first: it says when it is there, and the act waits for that. */
  look?: (onLooked: () => void) => ReactNode;
  isDangerous?: boolean;
  /** Asks for a reason, which `run` is given. */
  reason?: 'optional' | 'required';
  /** A refusal is shown in the dialog, which stays open. */
  run: (reason: string) => Promise<unknown>;
};

/** Asks before an act. `confirmAct({ title, text, act, run: () => removePlan(plan) })` */
export function confirmAct(confirmation: Confirmation): void {
  const modalId = modals.open({
    title: confirmation.title,
    closeButtonProps: { 'aria-label': t('ui.close') },
    styles: { title: { fontWeight: 600, lineHeight: 'var(--mantine-line-height)', overflowWrap: 'anywhere' } },
    size: confirmation.look ? 'lg' : 'md',
    children: <ConfirmBody {...confirmation} onClose={() => modals.close(modalId)} />,
  });
}

function ConfirmBody({ onClose, ...confirmation }: Confirmation & { onClose: () => void }) {
  const { text, look, act, isDangerous, reason: asks, run } = confirmation;
  const [isLooked, setLooked] = useState(!look);
  const onLooked = useCallback(() => setLooked(true), []);
  const [reason, setReason] = useState('');
  const [refusal, setRefusal] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const isReasonMissing = asks === 'required' && !reason.trim();
  const confirm = async () => {
    setBusy(true);
    setRefusal(null);
    try {
      await run(reason.trim());
      onClose();
    } catch (error) {
      setRefusal(error);
      setBusy(false);
    }
  };
  return (
    <Stack gap="md">
      <Text component="div" style={{ overflowWrap: 'anywhere' }}>
        {text}
      </Text>
      {look?.(onLooked)}
      {asks && (
        <Textarea
          label={t('ui.confirm.reason')}
          description={asks === 'required' ? t('ui.confirm.reasonNeeded') : t('ui.form.optional')}
          maxLength={300}
          autosize
          minRows={2}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      )}
      {refusal !== null && <Refusal error={refusal} />}
      <Group justify="flex-end">
        <Button variant="default" data-autofocus={asks ? undefined : true} onClick={onClose}>
          {t('ui.cancel')}
        </Button>
        <Button
          color={isDangerous ? 'red.9' : undefined}
          loading={isBusy}
          disabled={isReasonMissing || !isLooked}
          onClick={() => void confirm()}
        >
          {act}
        </Button>
      </Group>
    </Stack>
  );
}
