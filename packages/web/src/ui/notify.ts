import { notifications } from '@mantine/notifications';
import { errorText, t } from '../lib/words.ts';

/** Said at the top: an act was done. What fails inside a form or dialog is said there instead. */
export function notifyDone(message: string): void {
  notifications.show({ message, color: 'green', autoClose: 4000, ...look() });
}

export function notifyFailed(error: unknown): void {
  notifications.show({ message: errorText(error), color: 'red', autoClose: 10_000, ...look() });
}

function look() {
  return { withBorder: true, closeButtonProps: { 'aria-label': t('ui.close') } };
}
