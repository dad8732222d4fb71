import type { Logger } from 'pino';
import { dataSourceOptions } from '../../ormconfig';
import { Loop } from '../lib/loop';
import type { Sql } from './database';

const LOOK_EVERY_MS = 10_000;

/** A newer release has taken away what this one needs. */
export class ReleaseTooOld extends Error {
  override readonly name = 'ReleaseTooOld';

  constructor(floor: string) {
    super(
      `This release is too old for its database: it does not know the migration ${floor}. Start a newer one.`,
    );
  }
}

/** @throws ReleaseTooOld */
export async function checkSchemaFloor(db: Sql): Promise<void> {
  const [floor] = await db.query<{ migration: string }>('SELECT migration FROM schema_floor');
  const known = dataSourceOptions().migrations.map((migration) => migration.name);
  if (floor && !known.includes(floor.migration)) throw new ReleaseTooOld(floor.migration);
}

/** Looks while the process runs, since a newer release may migrate at any time. */
export class SchemaWatch {
  private readonly loop: Loop;

  constructor(
    private readonly db: Sql,
    log: Logger,
    private readonly onTooOld: (error: ReleaseTooOld) => void,
  ) {
    this.loop = new Loop(() => this.runOnce(), { name: 'schema', everyMs: LOOK_EVERY_MS, log });
  }

  start(): void {
    this.loop.start();
  }

  async stop(): Promise<void> {
    await this.loop.stop();
  }

  async runOnce(): Promise<void> {
    try {
      await checkSchemaFloor(this.db);
    } catch (error) {
      if (!(error instanceof ReleaseTooOld)) throw error;
      this.onTooOld(error);
    }
  }
}
