import { Button, Stack, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { CopyText } from './copy-text.tsx';

type ShownOnce = {
  title: string;
  text: string;
  /** What is to be copied now. */
  secret: string;
  /** What it is. */
  label: string;
  /** What the button says: that it was kept. */
  close: string;
};

/** What nobody can show again: only its own button closes it, no Escape and no click beside it. */
export function showOnce({ title, text, secret, label, close }: ShownOnce): void {
  const modalId = modals.open({
    title,
    withCloseButton: false,
    closeOnClickOutside: false,
    closeOnEscape: false,
    styles: { title: { fontWeight: 600 } },
    children: (
      <Stack gap="md">
        <Text>{text}</Text>
        <CopyText text={secret} label={label} isMono />
        <Button style={{ alignSelf: 'flex-end' }} onClick={() => modals.close(modalId)}>
          {close}
        </Button>
      </Stack>
    ),
  });
}
