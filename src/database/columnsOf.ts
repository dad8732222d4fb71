import { getMetadataArgsStorage } from 'typeorm';
import { SnakeNaming } from './naming';

/** A column of an entity, and what stands in it, as pg takes it. */
export interface Column<Entity> {
  name: string;
  valueIn(row: Entity): unknown;
}

/**
 * The columns of an entity, for an INSERT of our own that is composed once: TypeORM composes its own anew each time, which
 * costs it more than the insert itself. Of entities without transformers.
 */
export function columnsOf<Entity extends object>(entity: new () => Entity): Column<Entity>[] {
  const naming = new SnakeNaming();
  return getMetadataArgsStorage()
    .filterColumns(entity)
    .map(({ propertyName, options }) => ({
      name: naming.columnName(propertyName, options.name),
      valueIn: (row) => {
        const value = row[propertyName as keyof Entity];
        // pg takes a list for an array of PostgreSQL's.
        return options.type === 'jsonb' ? JSON.stringify(value) : value;
      },
    }));
}
