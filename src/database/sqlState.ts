import { DatabaseError } from 'pg';
import { QueryFailedError } from 'typeorm';

/** PostgreSQL's five-character error code (Appendix A of its manual), from raw SQL and from TypeORM alike. */
export function sqlState(error: unknown): string | null {
  if (error instanceof QueryFailedError) return sqlState(error.driverError);
  return error instanceof DatabaseError ? (error.code ?? null) : null;
}
