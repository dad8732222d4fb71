import type { ReactNode } from 'react';
import type { CombinedError } from 'urql';
import { Failed } from './Failed';
import { Loading } from './Loading';

/** Shows the data of a query once it is there; until then that it loads, or why it could not. */
export function Loaded<Data>(props: {
  result: { data?: Data | undefined; error?: CombinedError | undefined };
  onRetry: () => void;
  children: (data: Data) => ReactNode;
  loading?: ReactNode;
}) {
  const { result, onRetry, children, loading = <Loading /> } = props;
  // What was there before an error is still worth more than the error.
  if (result.data) return children(result.data);
  if (result.error) return <Failed error={result.error} onRetry={onRetry} />;
  return loading;
}
