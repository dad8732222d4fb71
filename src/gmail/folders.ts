import type { ImapFlow, ListResponse } from 'imapflow';
import type { Folders } from './imapSession';

/**
 * Which folder is which. Gmail's names are in the person's language and the attributes are not, so where a
 * server has attributes they alone count: a folder that only looks like Sent is a label of the person's,
 * and one without its attribute is hidden from IMAP. Other servers are taken by their well-known names, and by attributes that
 * they tell without being asked (RFC 6154 §2), the only way to know All Mail.
 */
export function chooseFolders(listed: readonly ListResponse[], hasAttributes: boolean): Folders {
  const find = (attribute: string): string | null =>
    listed.find(
      ({ specialUse, specialUseSource, flags }) =>
        (flags.has(attribute) ||
          (specialUse === attribute && (specialUseSource === 'extension' || !hasAttributes))) &&
        !flags.has('\\Noselect'),
    )?.path ?? null;
  return {
    inbox: find('\\Inbox') ?? 'INBOX',
    sent: find('\\Sent'),
    spam: find('\\Junk'),
    all: find('\\All'),
  };
}

/**
 * imapflow keeps what was listed for as long as the session lasts, some 600 bytes a folder, and there may be hundreds. It
 * lists a single one again when that is opened; `but` is open.
 */
export function forgetListed(client: ImapFlow, but: string): void {
  const { folders } = client as unknown as { folders: Map<string, ListResponse> };
  for (const path of folders.keys()) if (path !== but) folders.delete(path);
}
