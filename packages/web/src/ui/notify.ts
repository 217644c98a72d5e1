import { notifications } from '@mantine/notifications';
import { errorText } from '../lib/words.ts';

/** Said in a corner: an act was done. What fails inside a form or dialog is said there instead. */
export function notifyDone(message: string): void {
  notifications.show({ message, color: 'green', autoClose: 4000, withBorder: true });
}

export function notifyFailed(error: unknown): void {
  notifications.show({ message: errorText(error), color: 'red', autoClose: 10_000, withBorder: true });
}
