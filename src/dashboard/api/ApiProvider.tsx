import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { Provider } from 'urql';
import { type Api, createApi } from './createApi';

/**
 * Gives the page its way to the server. `renew` opens a new one with an empty cache and a new WebSocket, since both
 * belong to who was signed in: call it after signing in or out. A session that ends elsewhere renews by itself.
 */
export function ApiProvider({ children }: { children: ReactNode }) {
  const [generation, setGeneration] = useState(0);
  const renew = useCallback(() => setGeneration((count) => count + 1), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each generation is another session.
  const api = useMemo(() => createApi(renew), [renew, generation]);
  useEffect(() => () => api.close(), [api]);
  const value = useMemo(() => ({ ...api, renew }), [api, renew]);
  return (
    <ApiContext value={value}>
      <Provider value={api.client}>{children}</Provider>
    </ApiContext>
  );
}

export function useApi(): Api & { renew(): void } {
  const api = useContext(ApiContext);
  if (!api) throw new Error('useApi is used outside of ApiProvider');
  return api;
}

const ApiContext = createContext<(Api & { renew(): void }) | null>(null);
