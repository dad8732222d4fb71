import type { Account } from './accounts';
import type { EventLog } from './events';
import type { ImapStage, Orders, OrdersByStage, SmtpStage } from './refusals';

/**
 * What a session must do at a stage, as ordered for its account or else for everybody: uses the order up once, and notes
 * that it is carried out. Undefined when all is well.
 */
export function takeOrder<S extends SmtpStage | ImapStage>(
  host: { orders: Orders; events: EventLog },
  stage: S,
  account: Account | undefined,
): OrdersByStage[S] | undefined {
  const which = account?.orders.take(stage) ?? host.orders.take(stage);
  if (which !== undefined) host.events.emit('ordered', { address: account?.address, stage, which });
  return which;
}
