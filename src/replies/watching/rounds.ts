import type { Folders } from '../../gmail/imapSession';
import { takeIn } from '../intake/intake';
import { takeInBoth, takeInSent } from '../intake/manualMessages';
import { beatOf } from '../repliesRoom';
import { FolderReader, type Watch } from './folderReader';

/**
 * The rounds that a watcher makes through the folders of its account: says when the next one is due, and which folders it
 * visits. The inbox is visited by every round, each other folder as often as its pace asks.
 *
 * The first round is at a random moment, so that a thousand accounts that logged in together do not look together. Until
 * then the server is not even asked which folders there are.
 */
export class Rounds {
  private inboxAt: number;
  /** When the next round is due. */
  private nextAt: number;
  private others: Visits[] | null = null;

  constructor(private readonly watch: Watch) {
    // Not on the process's beat: a first visit opens folders, and a dozen of those at once would keep a reply waiting.
    this.inboxAt = performance.now() + Math.random() * watch.room.pace.proofEvery;
    this.nextAt = this.inboxAt;
  }

  /** In how many milliseconds the next round is due. */
  get nextIn(): number {
    return Math.max(0, this.nextAt - performance.now());
  }

  get areDue(): boolean {
    return this.nextIn === 0;
  }

  /**
   * Begins a round: the folders that it visits beside the inbox, which are those that are due, or will be within a quarter of
   * their interval. They, and the inbox, then count as visited.
   */
  async take(): Promise<FolderReader[]> {
    this.others ??= this.begin(await this.watch.session.findFolders());
    const now = performance.now();
    this.inboxAt = this.onBeat(now + this.watch.room.pace.proofEvery);
    const due = this.others.filter(({ nextAt, every }) => nextAt - now <= every / 4);
    for (const visits of due) visits.nextAt = this.onBeat(now + visits.every);
    this.nextAt = Math.min(this.inboxAt, ...this.others.map(({ nextAt }) => nextAt));
    return due.map(({ reader }) => reader);
  }

  private begin({ sent, spam, all }: Folders): Visits[] {
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

  /** The beat that is nearest, on which all watchers of this process wake together (see beatOf). */
  private onBeat(at: number): number {
    const beat = beatOf(this.watch.room.pace);
    return Math.round(at / beat) * beat;
  }
}

/** How often one folder is visited, and when next: milliseconds, and a time of performance.now(). */
interface Visits {
  reader: FolderReader;
  every: number;
  nextAt: number;
}
