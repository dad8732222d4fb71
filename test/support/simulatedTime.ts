import { Client } from 'pg';
import { createTestDatabase } from './database';

/** A database whose clock stands still until a test moves it. */
export interface SimulatedDatabase {
  url: string;
  /** Moves the clock, forwards or back, for every session at once. */
  setClock(at: Date): Promise<void>;
  drop(): Promise<void>;
}

/**
 * All that the product does by time it does by PostgreSQL's clock, so that clock is what is simulated: functions of
 * our own stand before those of pg_catalog in the search path. The product's SQL runs as it is.
 */
export async function createSimulatedDatabase(at: Date): Promise<SimulatedDatabase> {
  const { url, drop } = await createTestDatabase();
  const sql = new Client({ connectionString: url });
  await sql.connect();
  await sql.query(`CREATE TABLE simulated_clock (at timestamptz NOT NULL)`);
  await sql.query('INSERT INTO simulated_clock VALUES ($1)', [at]);
  await sql.query(`
    CREATE FUNCTION public.now() RETURNS timestamptz STABLE LANGUAGE sql AS 'SELECT at FROM public.simulated_clock';
    CREATE FUNCTION public.statement_timestamp() RETURNS timestamptz STABLE LANGUAGE sql
      AS 'SELECT at FROM public.simulated_clock';
    CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz VOLATILE LANGUAGE sql
      AS 'SELECT at FROM public.simulated_clock';
    DO $$
    DECLARE
      kept record;
    BEGIN
      EXECUTE format('ALTER DATABASE %I SET search_path = public, pg_catalog', current_database());
      -- A default is bound to its function when it is made.
      FOR kept IN SELECT table_name, column_name FROM information_schema.columns
                   WHERE table_schema = 'public' AND column_default = 'now()' LOOP
        EXECUTE format('ALTER TABLE %I ALTER %I SET DEFAULT public.now()', kept.table_name, kept.column_name);
      END LOOP;
    END $$`);
  return {
    url,
    async setClock(to) {
      await sql.query('UPDATE simulated_clock SET at = $1', [to]);
    },
    async drop() {
      await sql.end();
      await drop();
    },
  };
}
