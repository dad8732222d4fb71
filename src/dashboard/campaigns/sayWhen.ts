import type { BlockerDetailsFragment } from '../integrations/gmail.generated';
import { CAMPAIGNS } from '../texts/campaigns';
import { sayClock } from '../time/sayTime';

/** What stands between a running campaign and its next email, in a line: the blocker that ends last. */
export function sayNext(blockers: readonly BlockerDetailsFragment[]): string {
  const [longest] = [...blockers].sort((a, b) => endOf(b) - endOf(a));
  if (!longest) return CAMPAIGNS.sending;
  const { message, until } = longest;
  return until ? `${message} ${CAMPAIGNS.until(sayClock(until))}` : message;
}

/** Who is blocked without an end is so for the longest. */
function endOf({ until }: BlockerDetailsFragment): number {
  return until ? Date.parse(until) : Number.POSITIVE_INFINITY;
}
