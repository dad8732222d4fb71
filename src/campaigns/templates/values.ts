import { Drop, toValue } from 'liquidjs';

/**
 * What a recipient has no value for. It counts as nil in conditions, and filters hand it on, so that it arrives
 * where it would be printed with the name under which it was asked for.
 */
export class Missing extends Drop {
  constructor(readonly name: string) {
    super();
  }

  override valueOf(): null {
    return null;
  }

  equals(other: unknown): boolean {
    return [null, undefined, ''].includes(toValue(other));
  }

  gt(): boolean {
    return false;
  }

  geq(): boolean {
    return false;
  }

  lt(): boolean {
    return false;
  }

  leq(): boolean {
    return false;
  }
}

/** A value with a form of its own in HTML, which is printed there as it is. Filters see its text. */
export class Markup extends Drop {
  constructor(
    readonly text: string,
    readonly html: string,
  ) {
    super();
  }

  override valueOf(): string {
    return this.text;
  }
}
