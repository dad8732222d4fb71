import type { Attachment } from './attachmentParts';
import type { ReceivedMessage } from './received.entity';

/** The attachments of a message with where each is downloaded (server/attachmentFiles.ts). */
export function linkAttachments(
  publicUrl: string,
  { id, attachments }: ReceivedMessage,
): (Attachment & { url: string })[] {
  return attachments.map((attachment, position) => ({
    ...attachment,
    url: `${publicUrl}/attachments/${id}/${position}`,
  }));
}
