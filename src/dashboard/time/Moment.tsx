import { sayDistance, sayMoment } from './sayTime';
import { useNow } from './useNow';

/** A moment as its distance from now, which goes on: "12 seconds ago", "in 5 minutes"; the date on hovering. */
export function Moment({ at }: { at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={sayMoment(at)}>
      {sayDistance(at, now)}
    </time>
  );
}
