import { useCallback, useEffect, useRef } from 'react';

/** A flood of events acts this often at most. Milliseconds. */
const BREATH_MS = 300;

/** Calls `act` once for all calls of a breath, at its end. */
export function useThrottled(act: () => void): () => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return useCallback(() => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      act();
    }, BREATH_MS);
  }, [act]);
}
