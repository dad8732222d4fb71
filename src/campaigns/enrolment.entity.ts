import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { EnrolmentState, HeldBy } from './enrolmentState';

/** A prospect in a campaign: where they stand, and who speaks to them. */
@Entity('enrolments')
export class Enrolment {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('uuid')
  workspaceId: string;

  @Column('uuid')
  campaignId: string;

  @Column('uuid')
  prospectId: string;

  @Column('text', { default: 'WAITING' })
  state: EnrolmentState;

  /** Null until the first email goes out; the same ever after. */
  @Column('uuid', { nullable: true })
  connectionId: string | null;

  @Column('uuid', { nullable: true })
  conversationId: string | null;

  /** So many of the campaign's steps, from the first on, are behind them: also the position of the next. */
  @Column('int', { default: 0 })
  stepsDone: number;

  /** From when the wait of the next step counts: the last email, or the enrolment. */
  @Column('timestamptz', { default: () => 'now()' })
  waitingSince: Date;

  /** They are out of office until then. */
  @Column('timestamptz', { nullable: true })
  postponedUntil: Date | null;

  /** The later of the two. Null while their next email is on its way out. */
  @Column('timestamptz', { nullable: true, default: () => 'now()' })
  nextAt: Date | null;

  @Column('text', { nullable: true })
  heldBy: HeldBy | null;

  /** In words for people. */
  @Column('text', { nullable: true })
  heldReason: string | null;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  createdAt: Date;
}
