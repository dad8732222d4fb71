import { finished } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { onOneConnection } from '../database/longStatements';
import { type Chosen, type Columns, detectSeparator, mapColumns } from './csv/columns';
import { decodeText } from './csv/decodeText';
import { isBlank, MOST_COLUMNS, readHeader } from './csv/header';
import { Scanner } from './csv/scanner';
import { REJECTS_KEPT, type Reject, saveProgress, stagingTableOf } from './importState';
import { announceImport } from './imports';
import type { ProspectsRoom } from './prospectsRoom';
import { STAGED_COLUMNS, StagedRows } from './stagedRows';

/** What a person says of the file they send. */
export interface FileOptions {
  /** As its Content-Type names it. */
  charset: string | null;
  columns: Chosen;
  /** For every prospect of the file. */
  tags: readonly string[];
}

/** An import that was begun. */
export interface RunningImport extends FileOptions {
  room: ProspectsRoom;
  importId: string;
  workspaceId: string;
}

/** What an import has come to when its file has been read. */
export interface Staged {
  rowsRead: number;
  /** How many of them lie in the staging table. */
  rowsStaged: number;
  rejected: number;
  /** What the person should know besides. */
  remarks: readonly string[];
}

/**
 * Reads a file into the import's staging table. Of the file no more is held than two batches of 1 MiB, one being
 * filled while the other goes to PostgreSQL; who sends it waits for us.
 *
 * @throws UnreadableFile, LeaseLost, and what the source and the database throw
 */
export async function stageFile(running: RunningImport, source: AsyncIterable<Buffer>): Promise<Staged> {
  const staging = new Staging(running);
  let piece: Buffer = Buffer.alloc(0);
  for await (const next of decodeText(source, running.charset)) {
    if (piece.length > 0) await staging.read(piece, false);
    piece = next;
  }
  await staging.read(piece, true);
  return staging.end();
}

/** A few updates a second are as many as a person sees. */
const PROGRESS_EVERY_MS = 300;

class Staging {
  private scanner: Scanner | null = null;
  private columns: Columns | null = null;
  private rows: StagedRows | null = null;
  private copying = Promise.resolve();
  private readonly progress = { rowsRead: 0, rejected: 0 };
  private rowsStaged = 0;
  private rejects: Reject[] = [];
  private savedAt = performance.now();

  constructor(private readonly running: RunningImport) {}

  async read(piece: Buffer, isLast: boolean): Promise<void> {
    this.scanner ??= new Scanner(detectSeparator(piece), MOST_COLUMNS);
    this.scanner.push(piece, isLast);
    this.rows ??= this.begin(this.scanner, isLast);
    if (!this.rows) return;
    while (this.scanner.next()) {
      this.take(this.scanner, this.rows);
      if (this.rows.isFull) await this.copy(this.rows);
    }
    if (performance.now() - this.savedAt >= PROGRESS_EVERY_MS) await this.save();
  }

  async end(): Promise<Staged> {
    if (this.rows) await this.copy(this.rows);
    await this.copying;
    await this.save();
    const { rowsRead, rejected } = this.progress;
    return { rowsRead, rowsStaged: this.rowsStaged, rejected, remarks: remarksOn(this.columns, rowsRead) };
  }

  private take(record: Scanner, rows: StagedRows): void {
    const refusal = rows.add(record);
    if (refusal === null) this.rowsStaged += 1;
    else if (isBlank(record)) return;
    else this.reject({ line: record.line, reason: refusal });
    this.progress.rowsRead += 1;
  }

  private reject(reject: Reject): void {
    if (this.progress.rejected < REJECTS_KEPT) this.rejects.push(reject);
    this.progress.rejected += 1;
  }

  /** null while the header has not come whole. */
  private begin(scanner: Scanner, isLast: boolean): StagedRows | null {
    const header = readHeader(scanner, isLast);
    if (!header) return null;
    this.columns = mapColumns(header, this.running.columns);
    return new StagedRows(this.columns, this.running.tags);
  }

  /** Sends the rows off, once those before have arrived. */
  private async copy(rows: StagedRows): Promise<void> {
    await this.copying;
    this.copying = copyRows(this.running, rows.take());
    this.copying.catch(() => undefined); // whoever awaits it next hears of it
  }

  private async save(): Promise<void> {
    const { room, importId, workspaceId } = this.running;
    const rejects = this.rejects;
    this.rejects = [];
    await saveProgress(room.db, importId, this.progress, rejects);
    announceImport(room, workspaceId, importId);
    this.savedAt = performance.now();
  }
}

async function copyRows({ room, importId }: RunningImport, rows: Buffer): Promise<void> {
  await onOneConnection(room.db, async ({ client }) => {
    const command = `COPY ${stagingTableOf(importId)} (${STAGED_COLUMNS}) FROM STDIN`;
    await finished(client.query(copyFrom(command)).end(rows));
  });
}

function remarksOn(columns: Columns | null, rowsRead: number): string[] {
  const leftOut = columns?.leftOut.map((name) => JSON.stringify(name.slice(0, 64))).slice(0, 20) ?? [];
  return [
    ...(rowsRead === 0 ? ['The file has a header and nothing else.'] : []),
    ...(leftOut.length > 0
      ? [`Left out, since their names are longer than 64 characters: ${leftOut.join(', ')}.`]
      : []),
  ];
}
