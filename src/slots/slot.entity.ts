import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

export type SlotKind = 'SELF' | 'FLY';

/** A place for one Gmail account. Which connection is in it stands on the connection. */
@Entity('slots')
export class Slot {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('uuid')
  workspaceId: string;

  @Column('text')
  kind: SlotKind;

  /** Counts from 1 within the kind. */
  @Column('int')
  position: number;

  /** The attempt to connect that is going on here; null when there is none. */
  @Column('uuid', { nullable: true })
  checkingAttempt: string | null;
}
