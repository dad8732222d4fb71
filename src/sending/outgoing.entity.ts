import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { Problem } from '../gmail/problem';
import { problemColumn } from '../slots/problemColumn';
import type { DeliveryState } from './deliveryState';

/** One row of the send ledger. */
@Entity('outgoing_messages')
export class OutgoingMessage {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('uuid')
  workspaceId: string;

  @Column('uuid')
  connectionId: string;

  @Column('uuid')
  accountId: string;

  @Column('uuid')
  conversationId: string;

  @Column('uuid', { nullable: true })
  prospectId: string | null;

  /** Of a campaign's email; null of a one-off, and once the campaign is deleted. */
  @Column('uuid', { nullable: true })
  campaignId: string | null;

  /** These three mean something as long as the campaign is there. */
  @Column('uuid', { nullable: true })
  enrolmentId: string | null;

  @Column('uuid', { nullable: true })
  stepId: string | null;

  @Column('uuid', { nullable: true })
  variantId: string | null;

  @Column('text')
  fromAddress: string;

  @Column('text', { nullable: true })
  fromName: string | null;

  @Column('text')
  toAddress: string;

  @Column('text')
  subject: string;

  @Column('text')
  text: string;

  @Column('text', { nullable: true })
  html: string | null;

  /** With angle brackets; fixed before the first attempt. */
  @Column('text')
  messageId: string;

  @Column('text', { nullable: true })
  inReplyTo: string | null;

  @Column('text', { array: true, default: '{}' })
  referenceIds: string[];

  @Column('text', { default: 'QUEUED' })
  state: DeliveryState;

  @Column('int', { default: 0 })
  attempts: number;

  @Column('text', { nullable: true })
  idempotencyKey: string | null;

  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  queuedAt: Date;

  /** Not tried before. For an UNKNOWN one: not looked up before. */
  @Column('timestamptz', { default: () => 'now()' })
  dueAt: Date;

  @Column('uuid', { nullable: true })
  claimedBy: string | null;

  /** The claim is void after this, unless renewed. */
  @Column('timestamptz', { nullable: true })
  claimedUntil: Date | null;

  /** Since when it counts against the rolling 24 hours; null while Gmail certainly has not taken it. */
  @Column('timestamptz', { nullable: true })
  countedAt: Date | null;

  @Column('timestamptz', { nullable: true })
  unknownSince: Date | null;

  /** Gmail took it then, and said by mail that it sent it to nobody. A copy of that attempt is in Sent. */
  @Column('timestamptz', { nullable: true })
  refusedAt: Date | null;

  @Column('timestamptz', { nullable: true })
  sentAt: Date | null;

  @Column('timestamptz', { nullable: true })
  bouncedAt: Date | null;

  @Column('jsonb', { nullable: true, transformer: problemColumn })
  problem: Problem | null;
}
