import 'reflect-metadata';
import { DataSource, type DataSourceOptions } from 'typeorm';

/** How to reach one database, and how many connections to hold there. */
export interface Connection {
  url: string;
  poolSize: number;
  applicationName: string;
  /** Hears of idle connections that broke. */
  onIdleError: (error: Error) => void;
}

const entities: NonNullable<DataSourceOptions['entities']> = [];

const migrations: NonNullable<DataSourceOptions['migrations']> = [];

/** What every DataSource of this product is made of; without a connection libpq's defaults apply. */
export function dataSourceOptions(connection?: Connection) {
  return {
    type: 'postgres',
    entities,
    migrations,
    synchronize: false,
    migrationsTransactionMode: 'each',
    installExtensions: false,
    uuidExtension: 'pgcrypto', // gen_random_uuid(): built in since PostgreSQL 13, no extension to install
    logging: false,
    ...(connection && {
      url: connection.url,
      poolSize: connection.poolSize,
      applicationName: connection.applicationName,
      poolErrorHandler: connection.onIdleError,
      connectTimeoutMS: 5_000,
      extra: { keepAlive: true, query_timeout: 60_000 },
    }),
  } satisfies DataSourceOptions;
}

/** The one DataSource, shared by the TypeORM CLI (which allows a single export of one) and the app. */
export const dataSource = new DataSource(dataSourceOptions());
