/**
 * Undoes a part's transfer encoding (RFC 2045 section 6) while it streams, holding no more than a chunk. What is not encoded, or in a
 * way that nobody knows, passes as it is; what is encoded badly is decoded as far as it goes.
 */
export function decodeTransfer(chunks: AsyncIterable<Buffer>, encoding: string): AsyncGenerator<Buffer> {
  switch (encoding) {
    case 'base64':
      return decodeBase64(chunks);
    case 'quoted-printable':
      return decodeQuotedPrintable(chunks);
    default:
      return passOn(chunks);
  }
}

async function* passOn(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield* chunks;
}

/** Four characters are three bytes: what is over waits for the next chunk. */
async function* decodeBase64(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest = '';
  for await (const chunk of chunks) {
    const text = rest + chunk.toString('latin1').replace(/[^A-Za-z0-9+/]/g, '');
    const whole = text.length - (text.length % 4);
    rest = text.slice(whole);
    if (whole > 0) yield Buffer.from(text.slice(0, whole), 'base64');
  }
  if (rest.length > 1) yield Buffer.from(rest, 'base64');
}

/** A line ends in at most 76 characters (RFC 2045 section 6.7); one that is far longer is cut before a last `=`. */
const LONGEST_LINE = 64 * 1024;

async function* decodeQuotedPrintable(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest = '';
  for await (const chunk of chunks) {
    const text = rest + chunk.toString('latin1');
    const end = endOfLines(text);
    rest = text.slice(end);
    if (end > 0) yield decodeLines(text.slice(0, end));
  }
  if (rest !== '') yield decodeLines(rest);
}

function endOfLines(text: string): number {
  const end = text.lastIndexOf('\n') + 1;
  if (text.length - end < LONGEST_LINE) return end;
  const lastEscape = text.lastIndexOf('=');
  return lastEscape > text.length - 3 ? lastEscape : text.length;
}

function decodeLines(text: string): Buffer {
  const lines = text.split('\n');
  const joined = lines.map((line, index) => {
    if (index === lines.length - 1) return line;
    const words = withoutTrailingSpace(line);
    if (words.endsWith('=')) return words.slice(0, -1);
    return `${words}${line.endsWith('\r') ? '\r\n' : '\n'}`;
  });
  const decoded = joined
    .join('')
    .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(decoded, 'latin1');
}

/** Space at the end of a line was put there on the way. By hand: an expression takes square time over a long run. */
function withoutTrailingSpace(line: string): string {
  let end = line.length;
  while (end > 0 && ' \t\r'.includes(line.charAt(end - 1))) end -= 1;
  return line.slice(0, end);
}
