import { Button, Group, Modal, Text } from '@mantine/core';
import { t } from '../lib/words.ts';

type UnsavedDialogProps = { onKeep: () => void; onDiscard: () => void };

export function UnsavedDialog({ onKeep, onDiscard }: UnsavedDialogProps) {
  return (
    <Modal
      opened
      onClose={onKeep}
      title={t('ui.form.unsavedTitle')}
      size="sm"
      zIndex={400}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <Text>{t('ui.form.unsavedText')}</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onDiscard}>
          {t('ui.form.discard')}
        </Button>
        <Button data-autofocus onClick={onKeep}>
          {t('ui.form.keepEditing')}
        </Button>
      </Group>
    </Modal>
  );
}
