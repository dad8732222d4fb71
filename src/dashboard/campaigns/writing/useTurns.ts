import { useCallback, useRef } from 'react';

/** Does one thing after the other: each begins when all that were asked for before it have ended. */
export function useTurns(): <T>(act: () => Promise<T>) => Promise<T> {
  const last = useRef<Promise<unknown>>(Promise.resolve());
  return useCallback((act) => {
    const turn = last.current.then(act);
    last.current = turn.catch(() => undefined);
    return turn;
  }, []);
}
