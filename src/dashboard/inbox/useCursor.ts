import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { useAction } from '../api/useAction';
import type { Arrangement } from './arrange';
import { MarkConversationReadDocument } from './inbox.generated';
import { useShortcuts } from './useShortcuts';
import type { useVirtualRows } from './useVirtualRows';

/** Which row the keys are at, and the keys that move it. */
export function useCursor(
  props: ReturnType<typeof useVirtualRows> & {
    list: Arrangement;
    openId: string | undefined;
    hrefOf: (id: string) => string;
  },
) {
  const { list, openId, hrefOf, scroller, virtual } = props;
  const [, navigate] = useLocation();
  const [markRead] = useAction(MarkConversationReadDocument);
  const [moved, setCursor] = useState(openId);
  const awaited = useRef<string>(undefined);
  const isThere = moved !== undefined && list.indexOf(moved) >= 0;
  const cursor = isThere ? moved : list.rows[0]?.id;

  const focusRow = (id: string) => {
    virtual.scrollToIndex(list.indexOf(id), { align: 'auto' });
    const drawn = scroller.current?.querySelector<HTMLAnchorElement>(`[data-id="${id}"]`);
    // One that is not drawn yet takes the focus when it is.
    if (drawn) drawn.focus({ preventScroll: true });
    else awaited.current = id;
  };
  // Whoever comes back from a conversation is where they went off.
  const comeBack = useEffectEvent((id: string) => list.indexOf(id) >= 0 && focusRow(id));
  const lastOpen = useRef(openId);
  useEffect(() => {
    if (lastOpen.current && !openId) comeBack(lastOpen.current);
    lastOpen.current = openId;
  }, [openId]);

  const move = (step: 1 | -1) => {
    const at = list.rows.findIndex(({ id }) => id === (openId ?? (isThere ? moved : undefined)));
    const row = list.rows[at === -1 ? 0 : at + step];
    if (!row) return;
    setCursor(row.id);
    if (openId) navigate(hrefOf(row.id), { replace: true });
    focusRow(row.id);
  };
  const open = () => cursor && navigate(hrefOf(cursor));
  const toggleRead = () => {
    const row = list.rows.find(({ id }) => id === cursor);
    if (row) void markRead({ id: row.id, read: row.unread });
  };
  useShortcuts({
    j: () => move(1),
    k: () => move(-1),
    // An open conversation has its own keys.
    ...(!openId && { enter: open, e: toggleRead }),
  });
  const catchFocus = (anchor: HTMLAnchorElement | null) => {
    if (!anchor || anchor.dataset['id'] !== awaited.current) return;
    awaited.current = undefined;
    anchor.focus({ preventScroll: true });
  };
  return { cursor, setCursor, catchFocus };
}
