import { createContext, type ReactNode, useContext } from 'react';
import { useQuery } from 'urql';
import { Failed } from '../states/Failed';
import { Loading } from '../states/Loading';
import { ViewerDocument, type ViewerQuery } from './account.generated';

export type Viewer = NonNullable<ViewerQuery['viewer']>;

/** Asks who is signed in, and shows `children` to them, else `stranger`. */
export function Session({ children, stranger }: { children: ReactNode; stranger: ReactNode }) {
  const [{ data, error }, ask] = useQuery({ query: ViewerDocument, variables: {} });
  if (data) return data.viewer ? <ViewerContext value={data.viewer}>{children}</ViewerContext> : stranger;
  if (error) return <Failed error={error} onRetry={() => ask({ requestPolicy: 'network-only' })} />;
  return <Loading fullPage />;
}

/** Who is signed in; for components inside of Session. */
export function useViewer(): Viewer {
  const viewer = useContext(ViewerContext);
  if (!viewer) throw new Error('useViewer is used outside of Session');
  return viewer;
}

const ViewerContext = createContext<Viewer | null>(null);
