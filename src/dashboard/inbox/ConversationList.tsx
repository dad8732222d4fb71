import { Alert, Button } from '@mantine/core';
import { useEffect, useMemo } from 'react';
import { wordsOf } from '../api/wordsOf';
import { Failed } from '../states/Failed';
import { Loading } from '../states/Loading';
import { INBOX } from '../texts/inbox';
import { STATES } from '../texts/states';
import { arrange, type Item } from './arrange';
import classes from './ConversationList.module.css';
import { ConversationRow } from './ConversationRow';
import { type Filters, isFiltered } from './filters';
import { NoConversations } from './NoConversations';
import type { Row } from './section';
import { useConversations } from './useConversations';
import { useCursor } from './useCursor';
import type { Part } from './usePages';
import { useVirtualRows } from './useVirtualRows';

/** So many rows before the end of what is loaded, more is asked for. */
const AHEAD = 60;

/** The conversations that fit the filters; j and k go through them. Its `key` is the filters. */
export function ConversationList(props: {
  filters: Filters;
  openId: string | undefined;
  hrefOf: (id: string) => string;
}) {
  const { filters, openId, hrefOf } = props;
  const { unread, read, error, loadMore, reload } = useConversations(filters);
  const parts = useMemo(() => {
    const all: { part: Part; section: typeof unread }[] = [{ part: 'unread', section: unread }];
    return filters.view === 'all' ? [...all, { part: 'read' as const, section: read }] : all;
  }, [unread, read, filters.view]);
  const list = useMemo(() => arrange(parts), [parts]);
  const { scroller, virtual } = useVirtualRows(list);
  const { cursor, setCursor, catchFocus } = useCursor({ list, openId, hrefOf, scroller, virtual });

  const end = virtual.range?.endIndex ?? 0;
  useEffect(() => {
    if (error) return;
    for (const { part } of parts) {
      const edge = list.edgeOf(part);
      if (edge !== undefined && end + AHEAD >= edge) loadMore(part);
    }
  }, [end, error, list, loadMore, parts]);

  if (parts.some(({ section }) => section.next === undefined)) {
    return error ? <Failed error={error} onRetry={reload} /> : <Loading />;
  }
  if (list.count === 0) return <NoConversations isFiltered={isFiltered(filters)} view={filters.view} />;
  return (
    <>
      {error && (
        <Alert color="yellow" m="sm" role="status">
          {wordsOf(error)}{' '}
          <Button size="compact-sm" variant="default" onClick={reload}>
            {STATES.tryAgain}
          </Button>
        </Alert>
      )}
      <div ref={scroller} className={classes['scroller']}>
        <ul aria-label={INBOX.list} className={classes['rows']} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ key, index, start, size }) => {
            const item = list.at(index);
            return (
              <li
                key={key}
                className={classes['item']}
                style={{ height: size, transform: `translateY(${start}px)` }}
                aria-setsize={item.kind === 'row' ? list.total : undefined}
                aria-posinset={item.kind === 'row' ? item.position : undefined}
              >
                <ListItem item={item}>
                  {(row) => (
                    <ConversationRow
                      row={row}
                      href={hrefOf(row.id)}
                      isOpen={row.id === openId}
                      isCursor={row.id === cursor}
                      onFocus={() => setCursor(row.id)}
                      anchorRef={catchFocus}
                    />
                  )}
                </ListItem>
              </li>
            );
          })}
        </ul>
      </div>
    </>
  );
}

function ListItem({ item, children }: { item: Item; children: (row: Row) => React.ReactNode }) {
  switch (item.kind) {
    case 'row':
      return children(item.row);
    case 'heading':
      return <h2 className={classes['heading']}>{INBOX.sections[item.part]}</h2>;
    case 'bone':
      return (
        <div className={classes['bone']} aria-hidden>
          <span />
          <span />
        </div>
      );
  }
}
