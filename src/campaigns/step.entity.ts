import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** One email of a campaign. */
@Entity('campaign_steps')
export class CampaignStep {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('uuid')
  campaignId: string;

  /** Among those that are not removed; counts from 0. */
  @Column('int')
  position: number;

  /** Days after the step before; for the first, after the enrolment. */
  @Column('int')
  waitDays: number;

  /** Since when it is sent no more; kept for its numbers. */
  @Column('timestamptz', { nullable: true })
  removedAt: Date | null;
}

/** One wording of a step. */
@Entity('campaign_variants')
export class CampaignVariant {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('uuid')
  stepId: string;

  /** Among those of the step that are not removed; counts from 0. */
  @Column('int')
  position: number;

  @Column('text')
  subject: string;

  @Column('text')
  body: string;

  /** Its share among the step's variants; 0 for none. */
  @Column('int')
  weight: number;

  @Column('timestamptz', { nullable: true })
  removedAt: Date | null;
}
