import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { STATES } from '../texts/states';
import { ConfirmModal } from './ConfirmModal';

/**
 * Asks before one leaves what is not saved, while `isOn`; the browser itself asks before the page is closed. It stands
 * on the Navigation API, since only that can hold up Back and Forward, too (in every browser since January 2026; an
 * older one only asks before the page is closed). `mayGo` tells where one may go without being asked, by a path such
 * as /app/inbox.
 */
export function AskBeforeLeaving(props: { isOn: boolean; mayGo?: (path: string) => boolean }) {
  const { isOn, mayGo = () => false } = props;
  const [, navigate] = useLocation();
  const [heldUp, setHeldUp] = useState<NavigationDestination | null>(null);
  const isLeaving = useRef(false);
  const holdUp = useEffectEvent((event: NavigateEvent) => {
    const { destination } = event;
    const { pathname } = new URL(destination.url);
    const isElsewhere = pathname !== window.location.pathname && !mayGo(pathname);
    if (isLeaving.current || !event.cancelable || !destination.sameDocument || !isElsewhere) return;
    event.preventDefault();
    setHeldUp(destination);
  });
  useEffect(() => {
    if (!isOn) return;
    const { navigation } = window;
    const askToClose = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', askToClose);
    navigation?.addEventListener('navigate', holdUp);
    return () => {
      window.removeEventListener('beforeunload', askToClose);
      navigation?.removeEventListener('navigate', holdUp);
    };
  }, [isOn]);
  const leave = () => {
    if (!heldUp) return;
    isLeaving.current = true;
    const { pathname, search } = new URL(heldUp.url);
    // What stands in the history already has a key.
    if (heldUp.key) window.navigation.traverseTo(heldUp.key);
    else navigate(`~${pathname}${search}`);
  };
  return (
    <ConfirmModal
      isOpen={heldUp !== null}
      title={STATES.leaveTitle}
      body={STATES.leave}
      action={STATES.leaveAction}
      isRunning={false}
      onConfirm={leave}
      onClose={() => setHeldUp(null)}
    />
  );
}
