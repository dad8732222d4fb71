import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn } from 'typeorm';

export const SUPPRESSION_REASONS = ['UNSUBSCRIBED', 'BOUNCED', 'COMPLAINED', 'MANUAL'] as const;
export type SuppressionReason = (typeof SUPPRESSION_REASONS)[number];

export const SUPPRESSION_SOURCES = ['PERSON', 'LINK', 'REPLY', 'BOUNCE', 'COMPLAINT'] as const;
export type SuppressionSource = (typeof SUPPRESSION_SOURCES)[number];

/** An address or domain that must never be written to again. It outlives the prospect and every campaign. */
@Entity('suppressions')
export class Suppression {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('uuid')
  workspaceId: string;

  /** An address as parseEmailAddress spells it, or `@` and a domain. */
  @Column('text')
  value: string;

  @Column('text')
  reason: SuppressionReason;

  /** How it came to be. */
  @Column('text', { default: 'PERSON' })
  source: SuppressionSource;

  /** The email that led to it, where it is known. */
  @Column('uuid', { nullable: true })
  outgoingId: string | null;

  /** The received message that said so, where it was one. */
  @Column('uuid', { nullable: true })
  receivedId: string | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;
}
