// When a message that could not be sent is tried again, and when no more.
export const maxAttempts = 10;

const firstDelayMs = 60_000;
const longestDelayMs = 6 * 3_600_000;

/** Twice as long each time, up to six hours; between half and one and a half of it, so that not all come at once. */
export function retryDelayMs(attemptCount: number, jitter: number): number {
  return Math.round(Math.min(longestDelayMs, firstDelayMs * 2 ** (attemptCount - 1)) * (0.5 + jitter));
}

export type Failure = {
  /** What the server answered: 550 and the like. */
  responseCode?: number | undefined;
  /** At which command. */
  command?: string | undefined;
};

/** The server refused this very recipient or message for ever: another try would only cost us our name. */
export function isHopeless({ responseCode = 0, command = '' }: Failure): boolean {
  return responseCode >= 500 && responseCode < 600 && /^(RCPT TO|DATA)/.test(command);
}

/** The server was not reached or does not let us in at all: no other message would fare better now. */
export function isServerAway({ responseCode, command = '' }: Failure): boolean {
  return responseCode === undefined || command === 'CONN' || /^AUTH/.test(command);
}
