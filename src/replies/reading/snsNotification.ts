import { HeaderBag } from './headers';

/** What Amazon SES tells by mail through SNS, as the report that it stands for: JSON in place of RFC 3464 and RFC 5965. */
export interface SnsReport {
  status: { message: HeaderBag; recipients: HeaderBag[] } | null;
  feedback: HeaderBag | null;
}

/**
 * Reads a notification of a bounce, complaint or delivery (Amazon SES Developer Guide, "notification contents"), alone or
 * in the envelope that SNS puts around it. Null for anything else; never throws.
 */
export function readSnsNotification(text: string): SnsReport | null {
  if (!/^\s{0,20}\{/.test(text) || text.length > LONGEST_NOTIFICATION) return null;
  // Below it SNS writes how to unsubscribe; and some relay has cut lines of 990 bytes in two, with a "!".
  const envelope = parseObject(text.slice(0, text.lastIndexOf('}') + 1).replace(/!\r?\n /g, ''));
  const told = typeof envelope['Message'] === 'string' ? parseObject(envelope['Message']) : envelope;
  switch (told['notificationType'] ?? told['eventType']) {
    case 'Bounce':
      return { status: statusOf(listOf(told['bounce'], 'bouncedRecipients')), feedback: null };
    case 'Delivery':
      return { status: statusOf(listOf(told['delivery'], 'recipients')), feedback: null };
    case 'Complaint':
      return { status: null, feedback: new HeaderBag(new Map([['feedback-type', ['abuse']]])) };
    default:
      return null;
  }
}

const LONGEST_NOTIFICATION = 256 * 1024;

type Json = Record<string, unknown>;

function parseObject(value: unknown): Json {
  try {
    const parsed: unknown = typeof value === 'string' ? JSON.parse(value) : value;
    return typeof parsed === 'object' && parsed !== null ? (parsed as Json) : {};
  } catch {
    return {}; // No JSON after all.
  }
}

function listOf(value: unknown, name: string): unknown[] {
  const list = parseObject(value)[name];
  return Array.isArray(list) ? list : [];
}

function statusOf(recipients: readonly unknown[]): SnsReport['status'] {
  return { message: new HeaderBag(), recipients: recipients.map(groupOf) };
}

/** A delivered recipient is an address alone; one that failed says how. */
function groupOf(recipient: unknown): HeaderBag {
  const told =
    typeof recipient === 'string' ? { emailAddress: recipient, action: 'delivered' } : parseObject(recipient);
  const fields = [
    ['final-recipient', told['emailAddress']],
    ['action', told['action'] ?? 'failed'],
    ['status', told['status']],
    ['diagnostic-code', told['diagnosticCode']],
  ] as const;
  return new HeaderBag(
    new Map(fields.flatMap(([name, value]) => (typeof value === 'string' ? [[name, [value]]] : []))),
  );
}
