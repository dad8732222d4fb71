import { useCallback, useEffect, useMemo, useReducer, useRef } from 'react';
import type { CombinedError } from 'urql';
import { useReplies } from '../api/ReplyFeed';
import { useOnOpening } from '../api/useChanges';
import { useThrottled } from '../api/useThrottled';
import type { Filters } from './filters';
import { append, type Page, patch, type Row, renewTop, type Section, UNKNOWN } from './section';
import { useConversationChanges } from './useConversationChanges';
import { type Part, usePages } from './usePages';

export interface Conversations {
  unread: Section;
  /** Without what stands among the unread. */
  read: Section;
  error: CombinedError | undefined;
  /** Asks for the page that follows what is loaded, unless it is on its way. */
  loadMore(part: Part): void;
  reload(): void;
}

/**
 * The conversations that fit the filters, in two lists that are paged through each by itself. An event makes the
 * first page of both be asked for again. What the page was given stays in it as long as the filters do: use it in a
 * component whose `key` they are.
 */
export function useConversations(filters: Filters): Conversations {
  const [state, dispatch] = useReducer(reduce, { unread: UNKNOWN, read: UNKNOWN, error: undefined });
  const loading = useRef(new Set<Part>());
  const askPage = usePages(filters);

  const ask = useCallback(
    async (part: Part, after: string | undefined, act: 'more' | 'top' | 'reload') => {
      const { data, error } = await askPage(part, after);
      if (error) dispatch({ act: 'fail', error });
      if (!data) return;
      const { edges, pageInfo, totalCount } = data.conversations;
      const next = pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null;
      dispatch({ act, part, after, page: { rows: edges.map(({ node }) => node), next, total: totalCount } });
    },
    [askPage],
  );
  const askTop = useCallback(
    async (act: 'top' | 'reload') => {
      const parts: Part[] = filters.view === 'all' ? ['unread', 'read'] : ['unread'];
      await Promise.all(parts.map((part) => ask(part, undefined, act)));
    },
    [ask, filters.view],
  );
  const renew = useThrottled(useCallback(() => askTop('top'), [askTop]));
  // What changed in the depth while nobody told us is found by loading it anew.
  const reload = useCallback(() => askTop('reload'), [askTop]);
  useEffect(() => void reload(), [reload]);
  useOnOpening(useThrottled(reload));
  useReplies(renew);
  useConversationChanges((change) => {
    dispatch({ act: 'patch', ...change });
    renew();
  });

  const loadMore = useCallback(
    async (part: Part) => {
      const { next } = state[part];
      if (!next || loading.current.has(part)) return;
      loading.current.add(part);
      await ask(part, next, 'more');
      loading.current.delete(part);
    },
    [ask, state],
  );
  const read = useMemo(() => without(state.read, state.unread.rows), [state.read, state.unread.rows]);
  return { unread: state.unread, read, error: state.error, loadMore, reload };
}

interface State {
  unread: Section;
  read: Section;
  error: CombinedError | undefined;
}

type Action =
  | { act: 'more' | 'top' | 'reload'; part: Part; after: string | undefined; page: Page }
  | { act: 'patch'; id: string; unread: boolean }
  | { act: 'fail'; error: CombinedError };

function reduce(state: State, action: Action): State {
  switch (action.act) {
    case 'fail':
      return { ...state, error: action.error };
    case 'patch': {
      const { id, unread } = action;
      return {
        ...state,
        unread: patch(state.unread, id, { unread }),
        read: patch(state.read, id, { unread }),
      };
    }
    case 'more': {
      const section = state[action.part];
      // It was reloaded in the meantime.
      if (section.next !== action.after) return state;
      return { ...state, error: undefined, [action.part]: append(section, action.page) };
    }
    case 'reload':
      return { ...state, error: undefined, [action.part]: renewTop(UNKNOWN, action.page, () => false) };
    case 'top': {
      const held = (row: Row) => action.part === 'unread' && !row.unread;
      const section = renewTop(state[action.part], action.page, held);
      return { ...state, error: undefined, [action.part]: section };
    }
  }
}

function without(section: Section, others: readonly Row[]): Section {
  const ids = new Set(others.map(({ id }) => id));
  const rows = section.rows.filter(({ id }) => !ids.has(id));
  return { ...section, rows, total: section.total - (section.rows.length - rows.length) };
}
