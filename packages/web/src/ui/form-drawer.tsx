import { Drawer } from '@mantine/core';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { t } from '../lib/words.ts';
import { FormFrame } from './form.tsx';
import classes from './form-drawer.module.css';
import { UnsavedDialog } from './unsaved-dialog.tsx';

type FormDrawerProps = { opened: boolean; title: string; onClose: () => void; children: ReactNode };

/** Holds one `Form`. A click beside it, Escape or Cancel asks first when something was typed. */
export function FormDrawer({ opened, title, onClose, children }: FormDrawerProps) {
  const unsaved = useRef({ isDirty: false, isLeaving: false });
  const [isAsking, setAsking] = useState(false);
  useEffect(() => {
    if (opened) unsaved.current = { isDirty: false, isLeaving: false };
  }, [opened]);
  const leave = () => {
    unsaved.current.isLeaving = true;
    setAsking(false);
    onClose();
  };
  const requestLeave = () => (unsaved.current.isDirty ? setAsking(true) : leave());
  const cancel = useRef(requestLeave);
  cancel.current = requestLeave;
  const frame = useMemo(() => ({ unsaved, onCancel: () => cancel.current() }), []);
  return (
    <Drawer
      opened={opened}
      onClose={requestLeave}
      title={title}
      size={480}
      classNames={classes}
      closeOnEscape={!isAsking}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <FormFrame value={frame}>{opened && children}</FormFrame>
      {/* Mounted only now: the Escape that asks would also reach a dialog that was there before, and close it. */}
      {isAsking && <UnsavedDialog onKeep={() => setAsking(false)} onDiscard={leave} />}
    </Drawer>
  );
}
