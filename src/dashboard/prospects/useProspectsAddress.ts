import { useSearchParams } from 'wouter';

/** What the page of the people shows; it stands in the address, so that going back and links keep it. */
export interface Shown {
  search: string;
  tag: string;
  /** Whose card is open. */
  person: string;
}

export function useProspectsAddress(): [Shown, (change: Partial<Shown>) => void] {
  const [params, setParams] = useSearchParams();
  const read = (name: keyof Shown) => params.get(name) ?? '';
  const shown = { search: read('search'), tag: read('tag'), person: read('person') };
  const show = (change: Partial<Shown>) => {
    const all = Object.entries({ ...shown, ...change });
    // Opening a card is a step that one goes back from; typing is not.
    setParams(new URLSearchParams(all.filter(([, value]) => value !== '')), { replace: !change.person });
  };
  return [shown, show];
}
