import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn } from 'typeorm';

export const IMPORT_STATES = ['RUNNING', 'DONE', 'FAILED'] as const;
export type ImportState = (typeof IMPORT_STATES)[number];

/** A CSV of prospects, while it is read and afterwards. All of it is taken over at its end, or nothing. */
@Entity('prospect_imports')
export class ProspectImport {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('uuid')
  workspaceId: string;

  @Column('text')
  state: ImportState;

  /** Without the header and empty lines. */
  @Column('int')
  rowsRead: number;

  @Column('int')
  created: number;

  /** Prospects that were there, and changed. */
  @Column('int')
  updated: number;

  @Column('int')
  rejected: number;

  @Column('text', { nullable: true })
  message: string | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  /** Until when the process that reads it is believed to be alive. */
  @Column('timestamptz')
  leaseUntil: Date;
}
