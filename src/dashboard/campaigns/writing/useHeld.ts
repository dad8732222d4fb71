import { useCallback, useRef, useState } from 'react';

/** A state that can also be read as it is now, by what began before the last change of it and goes on after it. */
export function useHeld<T>(first: () => T): [value: T, read: () => T, write: (next: T) => void] {
  const [value, setValue] = useState(first);
  const held = useRef(value);
  const read = useCallback(() => held.current, []);
  const write = useCallback((next: T) => {
    held.current = next;
    setValue(next);
  }, []);
  return [value, read, write];
}
