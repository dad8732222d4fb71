import { Readable } from 'node:stream';

/**
 * A message that knows how far it has gone. SMTPConnection reads its body only once DATA was answered with
 * 354, and writes the final dot only once the body has ended, so as long as `dotReleased` is false it is
 * certain that no server has taken the message: a body without its dot is none (RFC 5321 §4.1.1.4).
 */
export class HeldMessage extends Readable {
  /** The server asked for the body, and some of it may be on the wire. */
  bodyStarted = false;
  /** The final dot may be on the wire: from here on only the server knows. */
  dotReleased = false;
  /** `mayFinish` said no, and the dot was kept back. */
  withheld = false;

  private position = 0;

  constructor(
    private readonly raw: Buffer,
    private readonly mayFinish: () => boolean,
  ) {
    // Nothing is read ahead, so that the last question is asked when its turn has come.
    super({ highWaterMark: 0 });
  }

  override _read(): void {
    this.bodyStarted = true;
    if (this.position < this.raw.length) {
      const slice = this.raw.subarray(this.position, this.position + SLICE);
      this.position += slice.length;
      this.push(slice);
    } else if (this.mayFinish()) {
      this.dotReleased = true;
      this.push(null);
    } else {
      this.withheld = true;
      this.destroy(new Error('The final dot was kept back'));
    }
  }
}

/** In slices, since a body given at once is read to its end however slowly the network takes it. */
const SLICE = 16 * 1024;
