import { useMemo } from 'react';
import { useSearchParams } from 'wouter';

/** What the list shows; it stands in the address, so that going back and links keep it. */
export interface Filters {
  view: 'all' | 'unread';
  slotId: string | undefined;
  campaignId: string | undefined;
  search: string | undefined;
}

export interface FilterChange {
  view?: Filters['view'];
  slotId?: string | null;
  campaignId?: string | null;
  search?: string;
}

export function useFilters(): [Filters, (change: FilterChange) => void] {
  const [params, setParams] = useSearchParams();
  const text = params.toString();
  const filters = useMemo(() => readFilters(new URLSearchParams(text)), [text]);
  const change = (asked: FilterChange) =>
    setParams((old) => writeFilters({ ...readFilters(old), ...asked }), { replace: true });
  return [filters, change];
}

/** Whether anything is left out of the list. */
export function isFiltered({ slotId, campaignId, search }: Filters): boolean {
  return Boolean(slotId ?? campaignId ?? search);
}

/** As the address has them. */
export function writeFilters({ view, slotId, campaignId, search }: FilterChange): URLSearchParams {
  const params = new URLSearchParams();
  if (view === 'unread') params.set('view', view);
  if (slotId) params.set('slot', slotId);
  if (campaignId) params.set('campaign', campaignId);
  if (search) params.set('search', search);
  return params;
}

function readFilters(params: URLSearchParams): Filters {
  const read = (name: string) => params.get(name) ?? undefined;
  const view = params.get('view') === 'unread' ? 'unread' : 'all';
  return { view, slotId: read('slot'), campaignId: read('campaign'), search: read('search') };
}
