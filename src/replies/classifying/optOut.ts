import type { MailHeads } from '../reading/mime';
import { OPT_OUT } from './phrases';

/**
 * Whether a mail is what mail programs send to the address of List-Unsubscribe (RFC 2369): a request in the subject, new
 * and not in answer to anything. Its head tells, so also whom we know nothing of any more can ask. Our own
 * List-Unsubscribe puts the email's Message-ID behind the request.
 */
export function isOptOutByMail({ subject, inReplyTo, headers }: MailHeads): boolean {
  const request = subject.replace(/\s?<[^<>\s]+>\s?$/, '');
  return inReplyTo.length === 0 && !headers.has('list-id') && OPT_OUT.test(unquote(request));
}

/**
 * The sentence that asks for no more mail, in what the person wrote, never in what they quote; in the subject, where they
 * wrote nothing else. Null where there is none.
 */
export function findOptOut(subject: string, written: string): string | null {
  if (!isShort(written)) return null;
  const sentences =
    written === '' || written.toLowerCase() === subject.toLowerCase()
      ? [subject]
      : written.split(/[.!?。！？\n]+/);
  const asks = /[?？]/.test(written);
  return (
    sentences.map(unquote).find(
      (sentence) =>
        sentence !== '' &&
        OPT_OUT.test(sentence) &&
        !LIMITED.test(sentence) &&
        // "Stop! This is what we need. When can we talk?"
        !(asks && /^\p{L}+$/u.test(sentence)),
    ) ?? null
  );
}

/** "Do not write to me before Tuesday" asks for a mail on Tuesday. */
const LIMITED =
  /(?<!\p{L})(?:before|until(?! further)|till|unless|except|today|tomorrow|(?:this|next) week|vor|bis|erst|sonst|(?:diese|nächste) woche|avant|sauf|antes|hasta|prima|até|przed|перед)(?!\p{L})/iu;

/** A request to be left alone is short; a longer mail with such a sentence in it is for a person to read. */
export function isShort(written: string): boolean {
  return written.length <= 400;
}

/** We ask people to answer "unsubscribe", and some do so to the letter. */
function unquote(text: string): string {
  return text.replace(/^["'“”„«»‘’‚<\s]+|(?<!["'“”„«»‘’‚>\s])["'“”„«»‘’‚>\s]+$/g, '');
}
