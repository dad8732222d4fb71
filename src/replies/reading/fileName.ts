import { clean } from './headers';

/** File systems take 255 bytes; with a number that a browser adds, and as UTF-8. */
const MOST_BYTES = 200;
const LONGEST_EXTENSION = 20;

/**
 * The name of an attachment as it may be shown, and used for a file: no path, nothing invisible, nothing that turns the
 * direction of reading (`exe.jpg` for `gpj.exe`), no leading dot, and not too long; its extension stays.
 *
 * @param name as a stranger wrote it; empty for none
 */
export function safeFileName(name: string, contentType: string): string {
  const shown = clean(name.slice(-10_000))
    .split(/[/\\]/)
    .at(-1)
    ?.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
    .replace(/[<>:"|?*]/g, '_') // Windows takes none of these
    .replace(/^[\s.]+|[\s.]+$/g, '');
  return shortened(shown ?? '') || (contentType === 'message/rfc822' ? 'message.eml' : 'attachment');
}

function shortened(name: string): string {
  if (Buffer.byteLength(name) <= MOST_BYTES) return name;
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 && name.length - dot <= LONGEST_EXTENSION ? name.slice(dot) : '';
  const room = MOST_BYTES - Buffer.byteLength(extension);
  let stem = '';
  let bytes = 0;
  for (const character of name) {
    bytes += Buffer.byteLength(character);
    if (bytes > room) break;
    stem += character;
  }
  return stem.trimEnd() + extension;
}
