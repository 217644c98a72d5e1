import { useEffect, useState } from 'react';
import { useFormat } from '../lib/session.ts';

/** "5 min. ago", with the exact time on hover; keeps itself current. */
export function RelativeTime({ at }: { at: string }) {
  const format = useFormat();
  const now = useNow(20_000);
  return (
    <time dateTime={at} title={format.exactTime(at)}>
      {format.relative(at, now)}
    </time>
  );
}

/** The present, renewed every so often. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
