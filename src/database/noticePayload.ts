/** One hint: this id of this topic changed. */
export type Notice = readonly [topic: string, id: string];

/** PostgreSQL takes payloads of less than 8000 bytes. */
const PAYLOAD_BYTES = 7_999;

/** Notices as few payloads for NOTIFY. One that fits into none becomes "everything may have changed". */
export function packNotices(notices: Iterable<Notice>): string[] {
  const payloads: string[] = [];
  let entries: string[] = [];
  let bytes = 1; // the opening bracket; each entry brings the comma or the closing bracket after it
  for (const notice of notices) {
    const entry = JSON.stringify(notice);
    const size = Buffer.byteLength(entry) + 1;
    if (1 + size > PAYLOAD_BYTES) return [EVERYTHING];
    if (bytes + size > PAYLOAD_BYTES) {
      payloads.push(`[${entries.join()}]`);
      entries = [];
      bytes = 1;
    }
    entries.push(entry);
    bytes += size;
  }
  if (entries.length > 0) payloads.push(`[${entries.join()}]`);
  return payloads;
}

/** The payload that says: anything may have changed. */
export const EVERYTHING = '*';

/** What packNotices packed; null for everything, and for what a newer release may send. */
export function unpackNotices(payload: string): Notice[] | null {
  try {
    const notices: unknown = JSON.parse(payload);
    return Array.isArray(notices) && notices.every(isNotice) ? notices : null;
  } catch {
    return null;
  }
}

function isNotice(value: unknown): value is Notice {
  return (
    Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && typeof value[1] === 'string'
  );
}
