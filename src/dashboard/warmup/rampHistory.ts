import type { WarmUpQuery } from './warmup.generated';

type Slots = WarmUpQuery['gmailIntegration']['slots'];
export type Account = NonNullable<Slots[number]['connection']>;
export type RampDay = Account['rampDays'][number];

export interface Domain {
  name: string;
  accounts: Account[];
  /** Null while it has none. */
  dailyCap: number | null;
}

/** The connected accounts, by the domain that they send from; Gmail's own last, since it needs no cap. */
export function byDomain(slots: Slots, caps: WarmUpQuery['domainCaps']): Domain[] {
  const accounts = slots.flatMap(({ connection }) => (connection ? [connection] : []));
  const names = [...new Set(accounts.map(({ email }) => domainOf(email)))];
  return names
    .map((name) => ({
      name,
      accounts: accounts.filter(({ email }) => domainOf(email) === name),
      dailyCap: caps.find(({ domain }) => domain === name)?.dailyCap ?? null,
    }))
    .sort((a, b) => Number(isGmail(a.name)) - Number(isGmail(b.name)) || a.name.localeCompare(b.name));
}

/** What the accounts sent together on each day on which one of them has a row, the earliest first. */
export function addUp(accounts: readonly Account[]): { date: string; sent: number }[] {
  const days = new Map<string, number>();
  for (const { date, sent } of accounts.flatMap(daysOf)) {
    days.set(date, (days.get(date) ?? 0) + sent);
  }
  return [...days].map(([date, sent]) => ({ date, sent })).sort((a, b) => a.date.localeCompare(b.date));
}

/** From the day of its connecting on: what was before is no part of the story. The earliest first. */
export function daysOf({ rampDays, connectedAt }: Account): RampDay[] {
  const first = rampDays.findIndex(({ date, sent }) => sent > 0 || date >= connectedAt.slice(0, 10));
  return first === -1 ? [] : rampDays.slice(first);
}

/** `23 Nov`, in the person's language; a ramp's days have no time. */
export function shortDay(date: string): string {
  return new Date(`${date}T12:00:00Z`).toLocaleDateString(undefined, { day: 'numeric', month: 'short' });
}

export function isGmail(domain: string): boolean {
  return domain === 'gmail.com' || domain === 'googlemail.com';
}

function domainOf(email: string): string {
  return email.slice(email.lastIndexOf('@') + 1).toLowerCase();
}
