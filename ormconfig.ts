import 'reflect-metadata';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { People1795392000001 } from './migrations/1795392000001-people';
import { Slots1795392000002 } from './migrations/1795392000002-slots';
import { Prospects1795392000003 } from './migrations/1795392000003-prospects';
import { Sending1795392000004 } from './migrations/1795392000004-sending';
import { Replies1795392000005 } from './migrations/1795392000005-replies';
import { Imports1795392000006 } from './migrations/1795392000006-imports';
import { Campaigns1795392000007 } from './migrations/1795392000007-campaigns';
import { Ramp1795392000008 } from './migrations/1795392000008-ramp';
import { Disconnecting1795392000012 } from './migrations/1795392000012-disconnecting';
import { RefusedLater1795392000013 } from './migrations/1795392000013-refusedLater';
import { ManualMessages1795392000014 } from './migrations/1795392000014-manualMessages';
import { ReplyTo1795392000015 } from './migrations/1795392000015-replyTo';
import { Corrections1795392000016 } from './migrations/1795392000016-corrections';
import { InboxPages1795392000018 } from './migrations/1795392000018-inboxPages';
import { EndedCredentials1795392000020 } from './migrations/1795392000020-endedCredentials';
import { WatchProcesses1795392000022 } from './migrations/1795392000022-watchProcesses';
import { SchemaFloor1795392000023 } from './migrations/1795392000023-schemaFloor';
import { Troubles1795392000024 } from './migrations/1795392000024-troubles';
import { Sources1795392000043 } from './migrations/1795392000043-sources';
import { SenderGone1795392000044 } from './migrations/1795392000044-senderGone';
import { Causes1795392000045 } from './migrations/1795392000045-causes';
import { AnsweredInbox1795392000051 } from './migrations/1795392000051-answeredInbox';
import { SearchDocuments1795392000052 } from './migrations/1795392000052-searchDocuments';
import { OutdatedSearch1795392000053 } from './migrations/1795392000053-outdatedSearch';
import { CampaignVersions1795392000056 } from './migrations/1795392000056-campaignVersions';
import { Campaign } from './src/campaigns/campaign.entity';
import { Enrolment } from './src/campaigns/enrolment.entity';
import { CampaignStep, CampaignVariant } from './src/campaigns/step.entity';
import { SnakeNaming } from './src/database/naming';
import { ApiKey } from './src/identity/apiKey.entity';
import { Person } from './src/identity/person.entity';
import { Workspace } from './src/identity/workspace.entity';
import { ProspectImport } from './src/prospects/import.entity';
import { Prospect } from './src/prospects/prospect.entity';
import { Suppression } from './src/prospects/suppression.entity';
import { ManualMessage } from './src/replies/manual.entity';
import { ReceivedMessage } from './src/replies/received.entity';
import { Conversation } from './src/sending/conversation.entity';
import { OutgoingMessage } from './src/sending/outgoing.entity';
import { GmailAccount } from './src/slots/account.entity';
import { CheckStep } from './src/slots/checkStep.entity';
import { GmailConnection } from './src/slots/connection.entity';
import { Slot } from './src/slots/slot.entity';

/** How to reach one database, and how many connections to hold there. */
export interface Connection {
  url: string;
  poolSize: number;
  applicationName: string;
  /** Hears of idle connections that broke. */
  onIdleError: (error: Error) => void;
  /** Between us and PostgreSQL, so that what belongs to a session cannot be told at its beginning. */
  isBehindPooler?: boolean;
}

const entities: NonNullable<DataSourceOptions['entities']> = [
  Workspace,
  Person,
  ApiKey,
  Prospect,
  Suppression,
  ProspectImport,
  Slot,
  GmailAccount,
  GmailConnection,
  CheckStep,
  Campaign,
  CampaignStep,
  CampaignVariant,
  Enrolment,
  Conversation,
  OutgoingMessage,
  ReceivedMessage,
  ManualMessage,
];

const migrations = [
  People1795392000001,
  Slots1795392000002,
  Prospects1795392000003,
  Sending1795392000004,
  Replies1795392000005,
  Imports1795392000006,
  Campaigns1795392000007,
  Ramp1795392000008,
  Disconnecting1795392000012,
  RefusedLater1795392000013,
  ManualMessages1795392000014,
  ReplyTo1795392000015,
  Corrections1795392000016,
  InboxPages1795392000018,
  EndedCredentials1795392000020,
  WatchProcesses1795392000022,
  SchemaFloor1795392000023,
  Troubles1795392000024,
  Sources1795392000043,
  SenderGone1795392000044,
  Causes1795392000045,
  AnsweredInbox1795392000051,
  SearchDocuments1795392000052,
  OutdatedSearch1795392000053,
  CampaignVersions1795392000056,
];

/** A process that is frozen inside a transaction must not keep its locks from all others for longer. */
export const IDLE_IN_TRANSACTION_MS = 10_000;

/** Without an answer for so long, the network has swallowed it. */
export const QUERY_TIMEOUT_MS = 60_000;

/** What every DataSource of this product is made of; without a connection libpq's defaults apply. */
export function dataSourceOptions(connection?: Connection) {
  return {
    type: 'postgres',
    entities,
    migrations,
    namingStrategy: new SnakeNaming(),
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
      extra: {
        keepAlive: true,
        query_timeout: QUERY_TIMEOUT_MS,
        ...(!connection.isBehindPooler && { idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS }),
      },
    }),
  } satisfies DataSourceOptions;
}

/** The one DataSource, shared by the TypeORM CLI (which allows a single export of one) and the app. */
export const dataSource = new DataSource(dataSourceOptions());
