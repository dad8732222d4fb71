import { useEffect } from 'react';

/** Asks again when the soonest of these ends: time passes without an event. */
export function useAskWhenDue(blockers: readonly { until: string | null }[], ask: () => void): void {
  const ends = blockers.flatMap(({ until }) => (until ? [Date.parse(until)] : []));
  const soonest = Math.min(...ends);
  useEffect(() => {
    const wait = Math.max(soonest - Date.now() + GRACE_MS, LEAST_MS);
    // A browser's timers hold no more than 2^31 milliseconds; nobody looks at a page for that long.
    if (wait > DAY_MS) return;
    const timer = setTimeout(ask, wait);
    return () => clearTimeout(timer);
  }, [soonest, ask]);
}

/** The server's clock may be a little behind ours. */
const GRACE_MS = 500;
const LEAST_MS = 2_000;
const DAY_MS = 24 * 60 * 60 * 1000;
