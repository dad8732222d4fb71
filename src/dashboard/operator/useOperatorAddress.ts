import { useSearchParams } from 'wouter';

/** What the operator's page shows; it stands in the address, so that a colleague can be sent there. */
export interface Shown {
  search: string;
  /** Whose slots are open. */
  workspace: string;
}

export function useOperatorAddress(): [Shown, (change: Partial<Shown>) => void] {
  const [params, setParams] = useSearchParams();
  const shown = { search: params.get('search') ?? '', workspace: params.get('workspace') ?? '' };
  const show = (change: Partial<Shown>) => {
    const all = Object.entries({ ...shown, ...change });
    setParams(new URLSearchParams(all.filter(([, value]) => value !== '')), { replace: true });
  };
  return [shown, show];
}
