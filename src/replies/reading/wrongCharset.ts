/**
 * The text as it was meant, where UTF-8 was labelled as Latin-1 and has been read so ("GrÃ¼ÃŸe"): the bytes are taken back
 * and read again. Any other text as it is: by chance Latin-1 is hardly ever valid UTF-8.
 */
export function undoWrongCharset(text: string): string {
  if (!/[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u2122]/.test(text)) return text;
  const bytes = Buffer.alloc(text.length);
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const byte = code < 0x80 ? code : BYTES.get(text.charAt(at));
    if (byte === undefined) return text;
    bytes[at] = byte;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return text;
  }
}

/**
 * Whether most of what is not ASCII was no UTF-8, and became U+FFFD. In UTF-8 that is only torn, and where somebody's
 * program has written U+FFFD itself, most letters are read well. Three in a row are no Western word: another charset, or a
 * lone surrogate.
 */
export function isHardlyUnicode(text: string): boolean {
  if (!text.includes('\ufffd')) return false;
  const lost = text.match(/\ufffd/g)?.length ?? 0;
  const read = text.match(/[\u00a1-\ufffc]/g)?.length ?? 0;
  return lost > read && !text.includes('\ufffd\ufffd\ufffd');
}

/**
 * The same mail under the name windows-1252, wherever it says UTF-8 or ASCII. What is UTF-8 in it all the same is found by
 * `undoWrongCharset`.
 */
export function relabel(source: Buffer): Buffer {
  const said = source.toString('latin1');
  return Buffer.from(
    said.replace(/(\bcharset\s?=\s?"?)(?:utf-?8|us-ascii|ascii)\b/gi, '$1windows-1252'),
    'latin1',
  );
}

/**
 * The upper half of windows-1252, which is what everybody means by Latin-1 (WHATWG Encoding). Written down, since
 * TextDecoder of some releases of Node reads 80 to 9F as ISO-8859-1.
 */
const FROM_80_TO_9F =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178';
const BYTES = new Map(
  Array.from(
    { length: 128 },
    (_, at) => [FROM_80_TO_9F[at] ?? String.fromCharCode(at + 0x80), at + 0x80] as const,
  ),
);
