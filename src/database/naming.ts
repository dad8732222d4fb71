import { DefaultNamingStrategy } from 'typeorm';

/** `workspaceId` in an entity is `workspace_id` in the table; PostgreSQL folds names that are not quoted. */
export class SnakeNaming extends DefaultNamingStrategy {
  override columnName(property: string, given: string | undefined): string {
    return given || property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  }
}
