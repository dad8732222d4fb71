import { tellSecrets } from '../support/tellSecrets';
import { openDebianPostgres } from './debianPostgres';

test('nothing secret is in what pg_dump writes', async () => {
  const postgres = await openDebianPostgres();
  await tellSecrets(postgres.url, () => postgres.dump());
  await postgres.stop();
}, 120_000);
