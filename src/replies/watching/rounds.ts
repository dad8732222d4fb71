import type { Folders } from '../../gmail/imapSession';
import { takeIn } from '../intake/intake';
import { takeInBoth, takeInSent } from '../intake/manualMessages';
import { beatOf } from '../repliesRoom';
import { FolderReader, type Watch } from './folderReader';

/**
 * When each folder is looked at: all first at a random moment of the inbox's time, so that a thousand accounts that came
 * together do not look together, and then with whatever else is due soon. The others are not looked up before that.
 */
export class Rounds {
  private inboxAt: number;
  private others: Round[] | null = null;

  constructor(private readonly watch: Watch) {
    // On no beat: a first look opens folders, and a dozen of those together would keep a reply waiting.
    this.inboxAt = performance.now() + Math.random() * watch.room.pace.proofEvery;
  }

  /** In how many milliseconds anything is due. */
  get nextIn(): number {
    const nextAt = Math.min(this.inboxAt, ...(this.others ?? []).map((round) => round.nextAt));
    return Math.max(0, nextAt - performance.now());
  }

  get areDue(): boolean {
    return this.nextIn === 0;
  }

  /** The folders beside the inbox that are due, and soon due. They are taken as looked at, and the inbox with them. */
  async take(): Promise<FolderReader[]> {
    this.others ??= this.begin(await this.watch.session.findFolders());
    const now = performance.now();
    this.inboxAt = this.onBeat(now + this.watch.room.pace.proofEvery);
    const due = this.others.filter(({ nextAt, every }) => nextAt - now <= every / 4);
    for (const round of due) round.nextAt = this.onBeat(now + round.every);
    return due.map(({ reader }) => reader);
  }

  private begin({ sent, spam, all }: Folders): Round[] {
    const { spamEvery, sentEvery, allMailEvery } = this.watch.room.pace;
    const watched = [
      { path: spam, inSpam: true, every: spamEvery, takeInMails: takeIn },
      { path: sent, inSpam: false, every: sentEvery, takeInMails: takeInSent },
      { path: all, inSpam: false, every: allMailEvery, takeInMails: sent === null ? takeInBoth : takeIn },
    ];
    return watched.flatMap(({ path, inSpam, every, takeInMails }) => {
      if (path === null) return [];
      const reader = new FolderReader(this.watch, { path, inSpam }, takeInMails);
      return [{ reader, every, nextAt: this.inboxAt }];
    });
  }

  private onBeat(at: number): number {
    const beat = beatOf(this.watch.room.pace);
    return Math.round(at / beat) * beat;
  }
}

interface Round {
  reader: FolderReader;
  every: number;
  nextAt: number;
}
