import { holds, parseSet } from './imapParser';
import type { Folder, FolderEntry, StoredMessage } from './mailStore';

/** One message of a selected folder, under the sequence number that this session knows it by. */
export interface Shown {
  readonly uid: number;
  readonly message: StoredMessage;
  /** The mod-sequence that the session was last told of. */
  told: number;
}

/** A message with its sequence number. */
export interface Numbered {
  number: number;
  shown: Shown;
}

/** What one session knows of its selected folder. It changes only when the session is told (RFC 3501 5.2). */
export class View {
  private readonly shown: Shown[];
  private lastUid: number;

  constructor(
    readonly folder: Folder,
    readonly readOnly: boolean,
  ) {
    this.shown = folder.entries.map(present);
    this.lastUid = folder.uidNext - 1;
  }

  get size(): number {
    return this.shown.length;
  }

  /** Every message with its number. */
  all(): Numbered[] {
    return this.shown.map((shown, index) => ({ number: index + 1, shown }));
  }

  /** The messages of a set of UIDs or of sequence numbers; numbers that nobody has are left out. */
  pick(set: string, byUid: boolean): Numbered[] {
    const last = byUid ? (this.shown.at(-1)?.uid ?? 0) : this.shown.length;
    const ranges = parseSet(set, last);
    return this.all().filter(({ number, shown }) => holds(ranges, byUid ? shown.uid : number));
  }

  /** The highest UID, for n:* in searches. */
  get highestUid(): number {
    return this.shown.at(-1)?.uid ?? 0;
  }

  /**
   * Brings the view up to date and answers the lines that say so: EXPUNGE (only where the command allows it, RFC 3501
   * 7.4.1), FETCH for changed flags, EXISTS.
   */
  catchUp(now: number, mayExpunge: boolean, withModseq: boolean): string[] {
    const lines: string[] = [];
    const current = new Set(this.folder.entries.map((entry) => entry.uid));
    if (mayExpunge) {
      for (let index = this.shown.length - 1; index >= 0; index--) {
        const uid = this.shown[index]?.uid;
        if (uid === undefined || current.has(uid)) continue;
        this.shown.splice(index, 1);
        lines.push(`* ${index + 1} EXPUNGE`);
      }
    }
    for (const { number, shown } of this.all()) {
      if (shown.message.modseq <= shown.told) continue;
      shown.told = shown.message.modseq;
      lines.push(formatFlagsUpdate(number, shown, withModseq));
    }
    const added = this.unannounced().filter((entry) => entry.announcedAt <= now);
    if (added.length > 0) {
      this.shown.push(...added.map(present));
      this.lastUid = added.at(-1)?.uid ?? this.lastUid;
      lines.push(`* ${this.shown.length} EXISTS`);
    }
    return lines;
  }

  /** When the next message may be announced (epoch milliseconds), if one waits. */
  nextAnnouncement(): number | undefined {
    return this.unannounced()[0]?.announcedAt;
  }

  private unannounced(): FolderEntry[] {
    return this.folder.entries.filter((entry) => entry.uid > this.lastUid);
  }
}

/** An untagged FETCH with the flags. */
export function formatFlagsUpdate(number: number, { uid, message }: Shown, withModseq: boolean): string {
  const modseq = withModseq ? ` MODSEQ (${message.modseq})` : '';
  return `* ${number} FETCH (UID ${uid}${modseq} FLAGS (${[...message.flags].join(' ')}))`;
}

function present(entry: FolderEntry): Shown {
  return { uid: entry.uid, message: entry.message, told: entry.message.modseq };
}
