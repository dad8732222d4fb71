import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { ReceivedKind } from './classifying/classification';
import type { DeliveryFailure } from './classifying/failures';
import type { MatchedBy } from './matching/matching';
import type { Attachment } from './reading/attachmentParts';

/** One mail taken in: its kind, and the evidence for it. */
@Entity('received_messages')
export class ReceivedMessage {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('uuid')
  workspaceId: string;

  @Column('uuid')
  connectionId: string;

  @Column('uuid')
  conversationId: string;

  /** The email that it answers or reports on, where that is known. */
  @Column('uuid', { nullable: true })
  outgoingId: string | null;

  /** Its place in the workspace's reply feed. */
  @Column('bigint')
  position: string;

  /** X-GM-MSGID, or a hash of the mail: the same mail in two folders is one. */
  @Column('text')
  identity: string;

  @Column('text')
  folder: string;

  @Column('bigint')
  uidValidity: string;

  @Column('bigint')
  uid: string;

  @Column('text', { nullable: true })
  gmailThreadId: string | null;

  @Column('text')
  messageId: string;

  @Column('text')
  fromAddress: string;

  @Column('text', { nullable: true })
  fromName: string | null;

  /** Where they want the answer, if not at the address they wrote from. */
  @Column('text', { nullable: true })
  replyTo: string | null;

  @Column('text', { array: true })
  recipients: string[];

  @Column('text')
  subject: string;

  @Column('text')
  text: string;

  @Column('text')
  replyText: string;

  /** Sanitised. */
  @Column('text', { nullable: true })
  html: string | null;

  @Column({ type: 'timestamptz', precision: 3 })
  receivedAt: Date;

  @Column('text')
  kind: ReceivedKind;

  @Column('text')
  matchedBy: MatchedBy;

  @Column('text')
  rule: string;

  @Column('text', { nullable: true })
  detail: string | null;

  @Column('boolean')
  inSpam: boolean;

  /** YYYY-MM-DD. */
  @Column('text', { nullable: true })
  returnDate: string | null;

  @Column('jsonb', { default: [] })
  failures: DeliveryFailure[];

  @Column('jsonb', { default: [] })
  attachments: Attachment[];

  /** The email of the person who corrected what it was matched with, or what it is. */
  @Column('text', { nullable: true })
  correctedBy: string | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  correctedAt: Date | null;
}
