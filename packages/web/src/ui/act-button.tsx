import { Button, type ButtonProps } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { notifyFailed } from './notify.ts';

type ActButtonProps = ButtonProps & { act: () => Promise<unknown>; children: ReactNode };

/** A button whose act may take a moment and may be refused. */
export function ActButton({ act, children, ...button }: ActButtonProps) {
  const [isBusy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    try {
      await act();
    } catch (error) {
      notifyFailed(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button {...button} loading={isBusy} onClick={() => void run()}>
      {children}
    </Button>
  );
}
