import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

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

  @Column({ type: 'timestamptz', precision: 3 })
  sentAt: Date;
}
