import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { Problem } from '../gmail/problem';
import { problemColumn } from './problemColumn';

/**
 * A Gmail address, over the whole installation: what no disconnect, other slot or other workspace may reset.
 * Gmail's dots, +tags and googlemail.com are one address here.
 */
@Entity('gmail_accounts')
export class GmailAccount {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('text')
  canonicalAddress: string;

  /** Recipients in any 24 hours. */
  @Column('int')
  dailyLimit: number;

  @Column('boolean', { default: true })
  rampEnabled: boolean;

  @Column('int', { default: 5 })
  rampStart: number;

  @Column('int', { default: 2 })
  rampGrowth: number;

  @Column('int')
  rampCeiling: number;

  @Column('int', { default: 360 })
  gapMinSeconds: number;

  @Column('int', { default: 840 })
  gapMaxSeconds: number;

  @Column('boolean', { default: false })
  paused: boolean;

  @Column('text', { nullable: true })
  signature: string | null;

  /** Nothing is sent before: Gmail said that a limit is reached, or to come back later. */
  @Column('timestamptz', { nullable: true })
  parkedUntil: Date | null;

  @Column('jsonb', { nullable: true, transformer: problemColumn })
  parkedProblem: Problem | null;
}
