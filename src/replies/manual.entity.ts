import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { Attachment } from './reading/attachmentParts';

/** What the person wrote in Gmail itself, in a conversation that we know. */
@Entity('manual_messages')
export class ManualMessage {
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

  /** X-GM-MSGID, or its Message-ID: the same mail in two folders is one. */
  @Column('text')
  identity: string;

  /** Where it lay when it was taken in. */
  @Column('text')
  folder: string;

  @Column('bigint')
  uidValidity: string;

  @Column('bigint')
  uid: string;

  @Column('text')
  messageId: string;

  @Column('text')
  fromAddress: string;

  /** Everyone in To, Cc and Bcc. */
  @Column('text', { array: true })
  recipients: string[];

  @Column('text')
  subject: string;

  @Column('text')
  text: string;

  /** Sanitised. */
  @Column('text', { nullable: true })
  html: string | null;

  @Column('jsonb')
  attachments: Attachment[];

  @Column({ type: 'timestamptz', precision: 3 })
  sentAt: Date;
}
