// Keeps a started thing running until somebody wants it to end, and then ends it in order.
import fs from 'node:fs';

type Running = {
  /** Resolves with the reason when it ended by itself. */
  ended?: Promise<string>;
  stop(): Promise<void>;
};

/** Starts, waits for a word to stop, stops. A word during the start counts: what has begun is finished, then stopped. */
export async function runUntilStopped(start: () => Promise<Running>): Promise<number> {
  const wordToStop = waitForWord();
  const running = await start();
  const reason = await Promise.race([wordToStop, running.ended ?? wordToStop]);
  if (reason) console.error(`lastmile: ${reason}`);
  await running.stop();
  return reason ? 1 : 0;
}

// npm and the terminal may both deliver one and the same Ctrl-C.
const impatientAfterMs = 500;

/** The first Ctrl-C (or SIGTERM, or the end of run.mjs) asks; a second one does not wait any longer. */
function waitForWord(): Promise<undefined> {
  return new Promise((resolve) => {
    let heardAt: number | undefined;
    const hear = (isImpatient: boolean) => {
      // run.mjs wants to know that the terminal's Ctrl-C reached us, else it passes it on.
      if (process.connected) process.send?.('stopping', () => {});
      if (isImpatient && heardAt !== undefined && performance.now() - heardAt > impatientAfterMs) {
        console.error('lastmile: stopped at once. What was left open is put right by the next start.');
        process.exit(130);
      }
      if (heardAt !== undefined) return;
      heardAt = performance.now();
      console.error('lastmile: stopping ...');
      resolve(undefined);
    };
    process.on('SIGINT', () => hear(true));
    process.on('SIGTERM', () => hear(false));
    process.on('disconnect', () => hear(false));
    // Under nohup a closed terminal is to be ignored; a handler of ours would undo that.
    if (!isHangupIgnored()) process.on('SIGHUP', () => hear(false));
  });
}

function isHangupIgnored(): boolean {
  try {
    const ignored = /^SigIgn:\s*([0-9a-f]+)$/m.exec(fs.readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
    const hangupBit = 1n;
    return (BigInt(`0x${ignored}`) & hangupBit) !== 0n;
  } catch {
    return false;
  }
}
