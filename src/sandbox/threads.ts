import { headerOf, type MimePart } from './mime';

/** The subject without Re:, Fwd: and the like, in lower case: what two mails of one thread have in common. */
export function subjectRoot(subject: string): string {
  const prefix = /^\s*(?:(?:re|fwd?|aw|wg|sv|antw|automatic reply|out of office)\s*(?:\[\d+\])?\s*:\s*)+/i;
  return subject.replace(prefix, '').replace(/\s+/g, ' ').trim().toLowerCase();
}

/** The message ids that a mail answers, nearest first: In-Reply-To, then References from the last to the first. */
export function answeredIds(message: MimePart): string[] {
  const idsIn = (name: string) => headerOf(message, name)?.match(/<[^<>\s]+>/g) ?? [];
  return [...idsIn('In-Reply-To'), ...idsIn('References').reverse()];
}

/** References of an answer to this mail: its own References, then its id (RFC 5322 3.6.4). */
export function referencesTo(message: MimePart): string {
  const parents = headerOf(message, 'References') ?? headerOf(message, 'In-Reply-To') ?? '';
  return [...(parents.match(/<[^<>\s]+>/g) ?? []), messageIdOf(message) ?? ''].join(' ').trim();
}

/** The Message-ID with its angle brackets, or undefined. */
export function messageIdOf(message: MimePart): string | undefined {
  return headerOf(message, 'Message-ID')?.match(/<[^<>]+>/)?.[0];
}
