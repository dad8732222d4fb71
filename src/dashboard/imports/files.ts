import { IMPORTS } from '../texts/imports';
import { STATES } from '../texts/states';

/** What a prospect has besides attributes, as the API names it. */
export const FIELDS = ['email', 'firstName', 'lastName', 'company', 'tags'] as const;
export type Field = (typeof FIELDS)[number];

/** What the server would make of a file. `field` is null for what becomes an attribute. */
export interface FilePreview {
  columns: readonly { name: string; field: Field | null }[];
  rows: readonly (readonly string[])[];
}

/** The name of the column that holds each field; '' for none. */
export type Mapping = Record<Field, string>;

/** The server looks at no more. */
const HEAD_BYTES = 64 * 1024;

/** Sends the beginning of a file to be looked at. Throws an Error with words for the person. */
export async function previewFile(file: File): Promise<FilePreview> {
  const response = await fetch('/import/prospects/preview', {
    method: 'POST',
    headers: CSV,
    body: file.slice(0, HEAD_BYTES),
  }).catch(() => {
    throw new Error(STATES.noAnswer);
  });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(wordsIn(answer));
  return answer as FilePreview;
}

/**
 * Sends a file, and resolves with the import's id when all of it has arrived. fetch would not say how far it is.
 *
 * @param onProgress with the share that was sent, from 0 to 1
 */
export function sendFile(
  file: File,
  { mapping, tags }: { mapping: Mapping; tags: readonly string[] },
  onProgress: (share: number) => void,
): Promise<string> {
  const query = new URLSearchParams([...Object.entries(mapping), ...tags.map((tag) => ['tag', tag])]);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `/import/prospects?${query}`);
    for (const [name, value] of Object.entries(CSV)) request.setRequestHeader(name, value);
    request.responseType = 'json';
    request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 1 : loaded / total);
    request.onerror = () => reject(new Error(IMPORTS.failed));
    request.onload = () => {
      const answer: unknown = request.response;
      if (request.status === 202) resolve((answer as { id: string }).id);
      else reject(new Error(wordsIn(answer)));
    };
    request.send(file);
  });
}

/** Whatever the file is said to be: Windows calls a CSV an Excel sheet where Excel is installed. */
const CSV = { 'content-type': 'text/csv' };

interface Refusal {
  errors?: { message: string; extensions?: { fields?: { message: string }[] } }[];
}

function wordsIn(answer: unknown): string {
  const [error] = (answer as Refusal | null)?.errors ?? [];
  return error?.extensions?.fields?.[0]?.message ?? error?.message ?? STATES.ourFault;
}
