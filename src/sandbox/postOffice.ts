import type { Account } from './accounts';
import { addressesIn, canonicalAddress } from './addresses';
import { composeBounce, composeLateRefusal } from './bounces';
import { type MimePart, parseMime } from './mime';
import { bounceOf, composeAnswer, guessBehaviour, type Prospect } from './prospects';
import { receivedCopy } from './smtpSubmission';

/** How long things take, in milliseconds, unless a prospect says otherwise. */
export interface Delays {
  answerMs: number;
  bounceMs: number;
}

/** Carries mail on: to other accounts of the sandbox, to prospects who answer, and back as a bounce. */
export class PostOffice {
  private readonly prospects = new Map<string, Prospect>();
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(
    private readonly findAccount: (address: string) => Account | undefined,
    private readonly delays: Delays,
  ) {}

  /** Says how an address behaves, whatever its domain. */
  setProspect(address: string, prospect: Prospect): void {
    this.prospects.set(address.toLowerCase(), prospect);
  }

  /** Does something later, unless the sandbox is stopped before. */
  later(ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      act();
    }, ms);
    this.timers.add(timer);
  }

  /** Takes a mail that Gmail accepted from an account; everything that follows from it happens later. */
  dispatch(sender: Account, raw: Buffer, recipients: readonly string[]): void {
    const original = parseMime(raw);
    const late = sender.orders.take('afterSend');
    const [first = ''] = recipients;
    if (late) {
      this.later(this.delays.bounceMs, () =>
        sender.deliver(composeLateRefusal(late, sender.address, first, original, sender.now()), INBOX),
      );
      return;
    }
    for (const recipient of recipients) this.carry(sender, recipient, raw, original);
  }

  /** Forgets everything on its way. */
  stop(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }

  private carry(sender: Account, recipient: string, raw: Buffer, original: MimePart): void {
    const account = this.findAccount(recipient);
    if (account === sender) return; // the Sent copy stands in the Inbox as well
    if (account) {
      this.later(0, () => account.deliver(receivedCopy(raw, recipient, account.now())));
      return;
    }
    const prospect = this.prospectAt(recipient);
    const bounce = bounceOf(prospect.behaviour);
    if (bounce) {
      this.later(prospect.delayMs ?? this.delays.bounceMs, () =>
        sender.deliver(composeBounce(bounce, sender.address, recipient, original, sender.now()), INBOX),
      );
      return;
    }
    this.later(prospect.delayMs ?? this.delays.answerMs, () =>
      this.answer(sender, recipient, prospect, original),
    );
  }

  private answer(sender: Account, recipient: string, prospect: Prospect, original: MimePart): void {
    const answer = composeAnswer(recipient, prospect, original, sender.now());
    if (!answer) return;
    // an answer goes where the mail says (Reply-To), which need not be where it came from
    const [to = sender.address] = addressesIn(headerTo(answer));
    const reader = this.findAccount(to) ?? sender;
    const received = receivedCopy(answer, reader.address, reader.now());
    reader.deliver(received, prospect.behaviour === 'answersToSpam' ? { folder: '\\Spam' } : {});
  }

  private prospectAt(address: string): Prospect {
    const known = this.prospects.get(address.toLowerCase());
    if (known) return known;
    const behaviour = guessBehaviour(address);
    if (behaviour) return { behaviour };
    // nobody there: Gmail itself says so for its own domain, DNS for one that does not exist
    return { behaviour: canonicalAddress(address).endsWith('@gmail.com') ? 'noSuchUser' : 'noSuchDomain' };
  }
}

const INBOX = { folder: '\\Inbox' };

function headerTo(raw: Buffer): string | undefined {
  return parseMime(raw).headers.find((header) => header.name === 'To')?.value;
}
