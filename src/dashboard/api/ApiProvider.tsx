import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { Provider } from 'urql';
import { type Api, createApi } from './createApi';

type RenewableApi = Api & { renew(): void };

/**
 * Gives the page its way to the server. `renew` opens a new one with an empty cache and a new WebSocket, since both
 * belong to who was signed in: call it after signing in or out. A session that ends elsewhere renews by itself.
 */
export function ApiProvider({ children }: { children: ReactNode }) {
  const [api, setApi] = useState(open);
  function open(): RenewableApi {
    const renew = () => setApi(open());
    return { ...createApi(renew), renew };
  }
  useEffect(() => () => api.close(), [api]);
  return (
    <ApiContext value={api}>
      <Provider value={api.client}>{children}</Provider>
    </ApiContext>
  );
}

export function useApi(): RenewableApi {
  const api = useContext(ApiContext);
  if (!api) throw new Error('useApi is used outside of ApiProvider');
  return api;
}

const ApiContext = createContext<RenewableApi | null>(null);
