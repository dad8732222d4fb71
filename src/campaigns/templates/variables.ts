import type { Parts } from './parts';
import type { Recipient, Surroundings } from './template';
import { Markup, Missing } from './values';

/**
 * The names that a template may use. A name is found whatever its case, and whatever its spaces, underscores and other
 * signs: the column "Job Title" is `job_title`, and `jobTitle`, too.
 */
export class Variables {
  /** Whether the template has placed the signature itself. */
  hasPlacedSignature = false;
  private readonly values = new Map<string, unknown>();

  constructor(
    recipient: Recipient,
    sender: Surroundings['sender'],
    private readonly signature: Parts | null,
  ) {
    const { email, firstName, lastName, company, attributes } = recipient;
    const fullName = [firstName, lastName]
      .map((name) => name?.trim())
      .filter(Boolean)
      .join(' ');
    const columns = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
    // What comes later replaces what has the same name, unless it is blank.
    this.put(columns);
    this.put([
      ['email', email],
      ['domain', email.slice(email.lastIndexOf('@') + 1)],
      ['first_name', firstName],
      ['last_name', lastName],
      ['company', company],
      ['name', fullName],
      ['full_name', fullName],
    ]);
    this.values.set('attributes', makeScope(columns));
    this.values.set(
      'sender',
      makeScope(
        [
          ['email', sender.email],
          ['name', sender.name ?? ''],
        ],
        'sender.',
      ),
    );
  }

  /** The value by its name, or undefined where there is none or it is blank. */
  find(name: string): unknown {
    const key = keyOf(name);
    if (key !== 'signature' || !this.signature) return this.values.get(key);
    this.hasPlacedSignature = true;
    return new Markup(this.signature.text, this.signature.html);
  }

  private put(values: readonly (readonly [string, string | null])[]): void {
    for (const [name, value] of values) {
      if (value?.trim()) this.values.set(keyOf(name), value.trim());
    }
  }
}

function keyOf(name: string): string {
  return name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]/gu, '');
}

/** Without a prototype, so that no name in it is more than data. */
function makeScope(values: readonly (readonly [string, string])[], prefix = ''): object {
  const scope: Record<string, unknown> = Object.create(null);
  for (const [name, value] of values) scope[name] = value.trim() || new Missing(prefix + name);
  return scope;
}
