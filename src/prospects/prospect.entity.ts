import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A person who may be written to. One row an address and workspace. */
@Entity('prospects')
export class Prospect {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('uuid')
  workspaceId: string;

  /** As parseEmailAddress spells it. */
  @Column('text')
  email: string;

  @Column('text', { nullable: true })
  firstName: string | null;

  @Column('text', { nullable: true })
  lastName: string | null;

  @Column('text', { nullable: true })
  company: string | null;

  /** Values by name: what templates may say of the person besides the columns above. */
  @Column('jsonb', { default: {} })
  attributes: Record<string, string>;

  @Column('text', { array: true, default: '{}' })
  tags: string[];

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;
}
