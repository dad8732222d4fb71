import type { MessageStructureObject } from 'imapflow';

/** One leaf of a mail's structure, as the server tells it (RFC 3501 section 7.4.2, BODYSTRUCTURE). */
export interface MailPart {
  /** Its number for a fetch, e.g. `2.1`. */
  partId: string;
  /** In lower case; empty halves where the mail has none. */
  contentType: string;
  /** The transfer encoding in lower case, e.g. `base64`; empty where there is none. */
  encoding: string;
  /** As it lies there, still encoded. */
  bytes: number;
  /** Decoded; null where the mail gives none. */
  name: string | null;
  /** A file, not words: no text, or text that calls itself an attachment. */
  isAttachment: boolean;
}

/** The leaves in their order. A mail within a mail is one leaf: it is a file, whatever is in it. */
export function leavesOf(node: MessageStructureObject): MailPart[] {
  if (node.type.startsWith('multipart/')) return (node.childNodes ?? []).flatMap(leavesOf);
  const isText = node.type === 'text/plain' || node.type === 'text/html';
  return [
    {
      partId: node.part ?? '1',
      contentType: node.type,
      encoding: node.encoding ?? '',
      bytes: node.size ?? 0,
      name: node.dispositionParameters?.['filename'] ?? node.parameters?.['name'] ?? null,
      isAttachment: !isText || !['', 'inline'].includes(node.disposition ?? ''),
    },
  ];
}
