import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/**
 * The outgoing and received messages with one prospect, in one thread. It is opened by our first email and
 * keeps its connection, and so its sender, for good. The replies room reads and answers it.
 */
@Entity('conversations')
export class Conversation {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('uuid')
  workspaceId: string;

  @Column('uuid')
  connectionId: string;

  @Column('uuid', { nullable: true })
  prospectId: string | null;

  @Column('text')
  subject: string;

  @Column('text', { nullable: true })
  gmailThreadId: string | null;

  @Column('boolean', { default: false })
  unread: boolean;

  @Column('text', { default: '' })
  snippet: string;

  /** Whether anything came back: kept by a trigger (migration AnsweredInbox). */
  @Column({ type: 'boolean', insert: false, update: false })
  answered: boolean;

  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  lastMessageAt: Date;
}
