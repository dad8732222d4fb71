import type { EntityManager, ValueTransformer } from 'typeorm';
import { type Prepared, prepare, type Transaction } from './database';

/**
 * Reads entities by SQL of our own, prepared. For what is read all day: composing a statement and making objects of its
 * rows costs TypeORM three times as much. It still says which columns there are, what they are called, and which are not
 * to be selected.
 *
 * @param rest what follows the table, which is called `t`: `WHERE t.id = ANY ($1)`. Each wording is kept, so it must hold no values
 * @param more what is selected beside the entity's own, such as the columns of what is joined
 */
export async function readRows<Entity extends object, More extends object = object>(
  db: Transaction,
  entity: new () => Entity,
  rest: string,
  values: readonly unknown[],
  more?: string,
): Promise<(Entity & More)[]> {
  const { statement, transformers } = readingOf(db.manager, entity, rest, more);
  const rows = await db.query<Record<string, unknown>>(statement, values);
  for (const row of rows) {
    for (const [property, transformer] of transformers) row[property] = transformer.from(row[property]);
  }
  return rows as (Entity & More)[];
}

interface Reading {
  statement: Prepared;
  /** Of the properties that are not in the database as they are in the entity. */
  transformers: (readonly [string, ValueTransformer])[];
}

/** By entity, and by what is added to its columns. */
const readings = new WeakMap<object, Map<string, Reading>>();

function readingOf(manager: EntityManager, entity: new () => object, rest: string, more = ''): Reading {
  const ofEntity = readings.get(entity) ?? new Map<string, Reading>();
  readings.set(entity, ofEntity);
  const key = `${more} FROM ${rest}`;
  const reading = ofEntity.get(key) ?? compose(manager, entity, rest, more);
  ofEntity.set(key, reading);
  return reading;
}

function compose(manager: EntityManager, entity: new () => object, rest: string, more: string): Reading {
  const { tableName, columns } = manager.connection.getMetadata(entity);
  const selected = columns.filter(({ isSelect }) => isSelect);
  const list = selected.map(({ databaseName, propertyName }) => `t.${databaseName} AS "${propertyName}"`);
  if (more) list.push(more);
  return {
    statement: prepare(`SELECT ${list.join(', ')} FROM ${tableName} t ${rest}`),
    transformers: selected.flatMap(({ propertyName, transformer }) =>
      transformer && !Array.isArray(transformer) ? [[propertyName, transformer] as const] : [],
    ),
  };
}
