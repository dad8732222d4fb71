import { useCallback, useEffect, useRef } from 'react';

/** A flood of events acts this often at most. Milliseconds. */
const BREATH_MS = 300;

/**
 * Calls `act` once for all calls of a breath, at its end; where it takes longer than that, not before it has ended: on a
 * slow network the last answer comes before the next question.
 */
export function useThrottled(act: () => void | Promise<void>): () => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const running = useRef<void | Promise<void>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return useCallback(() => {
    timer.current ??= setTimeout(async () => {
      await running.current;
      timer.current = undefined;
      running.current = act();
    }, BREATH_MS);
  }, [act]);
}
