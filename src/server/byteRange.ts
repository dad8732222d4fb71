/** Bytes of a file, both ends in it, counted from 0. */
export interface ByteRange {
  first: number;
  last: number;
}

/**
 * Which bytes a Range header asks for (RFC 9110 section 14): null for the whole, as for all that is malformed, in other units, or
 * several ranges, which a server may answer with the whole.
 *
 * @param size of the whole, in bytes
 */
export function parseRange(header: string | undefined, size: number): ByteRange | 'UNSATISFIABLE' | null {
  const asked = /^bytes=[ \t]*(?:(\d+)-(\d*)|-(\d+))[ \t]*$/i.exec(header ?? '');
  if (!asked) return null;
  const [, first = '', last = '', suffix = ''] = asked;
  const range =
    first === ''
      ? { first: Math.max(0, size - Number(suffix)), last: size - 1 }
      : { first: Number(first), last: last === '' ? size - 1 : Math.min(Number(last), size - 1) };
  if (last !== '' && Number(last) < Number(first)) return null;
  return range.first < size ? range : 'UNSATISFIABLE';
}

/**
 * Those bytes of a stream, which is read from its beginning and ended behind them.
 *
 * @throws Error when the stream ends earlier, or the range ends with the file and the stream does not: what was said of its size
 * was wrong, and whoever puts ranges together must not take them for the whole
 */
export async function* cutRange(
  content: AsyncGenerator<Buffer>,
  { first, last }: ByteRange,
  size: number,
): AsyncGenerator<Buffer> {
  let at = 0;
  try {
    for (let next = await content.next(); !next.done; next = await content.next()) {
      const chunk = next.value;
      const piece = chunk.subarray(Math.max(0, first - at), Math.max(0, last + 1 - at));
      at += chunk.length;
      if (at > last) {
        if (last === size - 1 && (at > size || !(await endsHere(content)))) break;
        return yield piece;
      }
      if (piece.length > 0) yield piece;
    }
    throw new Error('A file is not as large as was said');
  } finally {
    await content.return(undefined);
  }
}

async function endsHere(content: AsyncGenerator<Buffer>): Promise<boolean> {
  let next = await content.next();
  while (!next.done && next.value.length === 0) next = await content.next();
  return next.done === true;
}
