import { useSearchParams } from 'wouter';

/**
 * What a page shows, by these names; empty for what is left out. It stands in the address, so that links, colleagues
 * and going back find it again. A change is what one goes back from only where it is a step.
 */
export function useAddress<Name extends string>(
  names: readonly Name[],
): [shown: Record<Name, string>, show: (change: Partial<Record<Name, string>>, isStep?: boolean) => void] {
  const [params, setParams] = useSearchParams();
  const shown = Object.fromEntries(names.map((name) => [name, params.get(name) ?? ''])) as Record<
    Name,
    string
  >;
  const show = (change: Partial<Record<Name, string>>, isStep = false) => {
    const all = Object.entries<string>({ ...shown, ...change });
    setParams(new URLSearchParams(all.filter(([, value]) => value !== '')), { replace: !isStep });
  };
  return [shown, show];
}
