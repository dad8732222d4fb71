import { type ComponentType, lazy, Suspense, useEffect } from 'react';
import { Route, Switch } from 'wouter';
import { useUnread } from '../inbox/Unread';
import { PAGES, type Page } from '../routes';
import { Loading } from '../states/Loading';
import { NotFound } from '../states/NotFound';
import { PageFault } from '../states/PageFault';
import { NAVIGATION } from '../texts/navigation';

/** The page that the address names. Its fault leaves the frame around it standing. */
export function Pages() {
  return (
    <Switch>
      {ROUTES.map(({ path, title, Component }) => (
        <Route key={path} path={path}>
          <Titled title={title}>
            <PageFault>
              <Suspense fallback={<Loading />}>
                <Component />
              </Suspense>
            </PageFault>
          </Titled>
        </Route>
      ))}
      <Route>
        <NotFound />
      </Route>
    </Switch>
  );
}

const ROUTES = PAGES.map((page) => ({ ...page, Component: lazily(page) }));

function lazily({ load }: Page): ComponentType {
  return lazy(async () => ({ default: await load() }));
}

function Titled({ title, children }: { title: string; children: React.ReactNode }) {
  const unread = useUnread();
  useEffect(() => {
    document.title = `${unread > 0 ? `(${unread}) ` : ''}${title} · ${NAVIGATION.product}`;
  }, [title, unread]);
  return children;
}
