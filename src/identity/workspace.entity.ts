import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn } from 'typeorm';

@Entity('workspaces')
export class Workspace {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('text')
  name: string;

  @Column('text')
  timezone: string;

  /** What the law wants under a commercial mail. */
  @Column('text', { nullable: true })
  postalAddress: string | null;

  /** In place of ours below every campaign email. */
  @Column('text', { nullable: true })
  optOutLine: string | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;
}
