import { Column, Entity, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import type { Problem } from '../gmail/problem';
import { GmailAccount } from './account.entity';
import type { ConnectionState } from './connectionState';
import { problemColumn } from './problemColumn';

/**
 * One workspace's connection with one Gmail account. It is kept when the account is disconnected (no slot, no
 * password), and revived in place when the address comes back, so that history and cursors go on.
 */
@Entity('connections')
export class GmailConnection {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('uuid')
  workspaceId: string;

  @Column('uuid', { nullable: true })
  slotId: string | null;

  @Column('uuid')
  accountId: string;

  @ManyToOne(() => GmailAccount, { nullable: false })
  @JoinColumn({ name: 'account_id' })
  /** Never loaded with it; see loadAccounts. */
  account?: Relation<GmailAccount>;

  @Column('text')
  email: string;

  @Column('text', { nullable: true })
  displayName: string | null;

  @Column('text')
  state: ConnectionState;

  @Column('jsonb', { nullable: true, transformer: problemColumn })
  problem: Problem | null;

  /** The App Password, sealed and bound to this connection's id. Never selected unless asked for by name. */
  @Column('text', { nullable: true, select: false })
  sealedPassword: string | null;

  /** Raised by each connect, reconnect and disconnect: what was begun under an older one is void. */
  @Column('int', { default: 1 })
  generation: number;

  @Column('timestamptz', { default: () => 'now()' })
  connectedAt: Date;

  /** It is being disconnected: nothing is claimed here any more. Over by itself should that break off. */
  @Column('timestamptz', { nullable: true })
  releasingUntil: Date | null;

  @Column('timestamptz', { nullable: true })
  lastProofAt: Date | null;

  @Column('uuid', { nullable: true })
  watchedBy: string | null;

  /** Raised each time that a process takes it over. */
  @Column('int', { default: 0 })
  watchTerm: number;
}
