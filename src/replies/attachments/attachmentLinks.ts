import type { Attachment } from '../reading/attachmentParts';

/** The attachments of a message with where each is downloaded (server/attachmentFiles.ts). */
export function linkAttachments(
  publicUrl: string,
  { id, attachments }: { id: string; attachments: Attachment[] },
): (Attachment & { url: string })[] {
  return attachments.map((attachment, position) => ({
    ...attachment,
    url: `${publicUrl}/attachments/${id}/${position}`,
  }));
}
