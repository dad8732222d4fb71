import { useLocalStorage } from '@mantine/hooks';
import { useEffect, useEffectEvent } from 'react';

/** Whether single letters do something: WCAG 2.1.4 asks that they can be turned off. */
export function useShortcutsEnabled(): [boolean, (isEnabled: boolean) => void] {
  const [isEnabled, setEnabled] = useLocalStorage({ key: 'inbox-keys', defaultValue: true });
  return [isEnabled, setEnabled];
}

/** Listens for these keys, by `KeyboardEvent.key` in small letters, while nothing is being written and no window is open. */
export function useShortcuts(actions: Readonly<Record<string, () => unknown>>): void {
  const [isEnabled] = useShortcutsEnabled();
  const press = useEffectEvent((event: KeyboardEvent) => {
    const act = actions[event.key.toLowerCase()];
    if (!act || isMeantOtherwise(event)) return;
    event.preventDefault();
    act();
  });
  useEffect(() => {
    if (!isEnabled) return;
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [isEnabled]);
}

function isMeantOtherwise({
  target,
  key,
  ctrlKey,
  metaKey,
  altKey,
  defaultPrevented,
}: KeyboardEvent): boolean {
  if (defaultPrevented || ctrlKey || metaKey || altKey) return true;
  if (!(target instanceof Element)) return false;
  if (target.closest('input, textarea, select, [contenteditable], [role=dialog]')) return true;
  // Enter on what has a focus of its own does what that does.
  return key === 'Enter' && target.closest('a, button, summary') !== null;
}
