// Wrong passwords are slowed: after a few free tries each further one costs twice the wait of the last.
const freeTries = 3;
const longestLockSeconds = 15 * 60;

/** So many in a row wait longest. */
export const longestLockFailures = 13;

/** How long an account must wait after this many wrong passwords in a row. */
export function lockSeconds(failedCount: number): number {
  if (failedCount < freeTries) return 0;
  return Math.min(2 ** (failedCount - freeTries), longestLockSeconds);
}

/** From so many in a row on, somebody guesses, and the owner is told. */
export const alarmingFailures = 10;

/** Wrong passwords from one address in `addressWindowMinutes`, over all names, before it must wait. */
export const maxFailuresPerAddress = 50;
export const addressWindowMinutes = 15;
