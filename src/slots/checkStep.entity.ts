import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { Problem } from '../gmail/problem';
import type { CheckName, CheckOutcome } from './checkReport';
import { problemColumn } from './problemColumn';

/** One step of trying an account, as it happened. Append-only within an attempt. */
@Entity('check_steps')
export class CheckStep {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id: string;

  @Column('uuid')
  slotId: string;

  @Column('uuid')
  attempt: string;

  @Column('text')
  name: CheckName;

  @Column('text')
  outcome: CheckOutcome;

  @Column('text')
  detail: string;

  @Column('jsonb', { nullable: true, transformer: problemColumn })
  problem: Problem | null;
}
