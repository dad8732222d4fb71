/**
 * Takes single lines out of what a server says, however it is cut into chunks, and leaves the rest as it was. Only whole
 * responses of one line are shown: what stands in a literal, or on a line with one, may be somebody's mail.
 */
export class ImapLines {
  /** The beginning of a line whose end has not come yet. */
  private begun = NOTHING;
  /** Bytes still to come of a literal (RFC 9051 §4.3). */
  private literalLeft = 0;
  /** The next line goes on with a response that has begun before. */
  private isContinued = false;

  /**
   * @param take is shown each line; true takes it out
   * @returns what is left of the chunk, and of what was kept back of the one before
   */
  sift(chunk: Buffer, take: (line: string) => boolean): Buffer {
    const bytes = this.begun.length > 0 ? Buffer.concat([this.begun, chunk]) : chunk;
    const left: Buffer[] = [];
    let leftFrom = 0;
    let at = 0;
    while (at < bytes.length) {
      if (this.literalLeft > 0) {
        const size = Math.min(this.literalLeft, bytes.length - at);
        this.literalLeft -= size;
        at += size;
        continue;
      }
      const end = bytes.indexOf(LF, at) + 1;
      if (end === 0) break;
      const line = bytes.toString('latin1', at, end);
      const literal = LITERAL.exec(line);
      if (!literal && !this.isContinued && take(line)) {
        if (at > leftFrom) left.push(bytes.subarray(leftFrom, at));
        leftFrom = end;
      }
      this.literalLeft = Number(literal?.[1] ?? 0);
      this.isContinued = literal !== null;
      at = end;
    }
    if (bytes.length - at > LONGEST_LINE) {
      this.isContinued = true;
      at = bytes.length - LONGEST_MARK;
    }
    this.begun = bytes.subarray(at);
    if (at > leftFrom) left.push(bytes.subarray(leftFrom, at));
    return left.length > 1 ? Buffer.concat(left) : (left[0] ?? NOTHING);
  }

  /** Shows no more lines. @returns what was kept back */
  release(): Buffer {
    const { begun } = this;
    this.begun = NOTHING;
    this.literalLeft = 0;
    this.isContinued = false;
    return begun;
  }
}

const NOTHING: Buffer = Buffer.alloc(0);
const LF = 10;
const LITERAL = /\{(\d+)\}\r?\n$/;
/** No line that anybody wants to take is longer, and no more is kept back, */
const LONGEST_LINE = 8 * 1024;
/** except for the end, which may be that of a line with a literal. */
const LONGEST_MARK = 32;
