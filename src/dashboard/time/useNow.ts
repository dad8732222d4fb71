import { useEffect, useState } from 'react';

/** The time, which goes on: the component is drawn anew this often, in milliseconds. */
export function useNow(every = 1_000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}
