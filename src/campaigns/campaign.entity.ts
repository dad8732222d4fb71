import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { CampaignState } from './campaignState';
import type { Schedule, Weekday } from './schedule';

/** A sequence of emails, and when it may send them. */
@Entity('campaigns')
export class Campaign implements Schedule {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('uuid')
  workspaceId: string;

  @Column('text')
  name: string;

  @Column('text', { default: 'DRAFT' })
  state: CampaignState;

  @Column('text')
  timezone: string;

  @Column('text', { array: true })
  days: Weekday[];

  @Column('int')
  fromMinute: number;

  @Column('int')
  toMinute: number;

  /** Counts its savings, from 1: kept by a trigger (migration CampaignVersions). */
  @Column('int', { default: 1 })
  version: number;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  createdAt: Date;
}
