import startPostgres from '../support/globalSetup';
import { requireDovecot } from './requireDovecot';

/** Fails at once where the server of this suite is missing. */
export default async function setUp(): Promise<void> {
  requireDovecot();
  await startPostgres();
}
