import type { IncomingMessage } from 'node:http';

/** What a caller of the control API got wrong, with the HTTP status that says so. */
export class InputProblem extends Error {
  constructor(
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

/** A JSON object from outside, read field by field; each reader throws an InputProblem that names the field. */
export class Fields {
  constructor(private readonly values: Readonly<Record<string, unknown>>) {}

  text(name: string): string {
    return this.optionalText(name) ?? this.fail(name, 'must be given');
  }

  optionalText(name: string): string | undefined {
    const value = this.values[name];
    return value === undefined || typeof value === 'string' ? value : this.fail(name, 'must be a string');
  }

  optionalNumber(name: string): number | undefined {
    const value = this.values[name];
    if (value === undefined || (typeof value === 'number' && value >= 0)) return value;
    return this.fail(name, 'must be a number, 0 or more');
  }

  optionalFlag(name: string): boolean | undefined {
    const value = this.values[name];
    return value === undefined || typeof value === 'boolean'
      ? value
      : this.fail(name, 'must be true or false');
  }

  texts(name: string): string[] {
    const value = this.values[name];
    return Array.isArray(value) ? value.map(String) : this.fail(name, 'must be a list of strings');
  }

  optionalTexts(name: string): Record<string, string> | undefined {
    const value = this.values[name];
    if (value === undefined) return undefined;
    return isObject(value)
      ? Object.fromEntries(Object.entries(value).map(([key, text]) => [key, String(text)]))
      : this.fail(name, 'must be an object of strings');
  }

  /** One of a set of words. */
  optionalChoice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const value = this.optionalText(name);
    if (value === undefined) return undefined;
    return (
      choices.find((choice) => choice === value) ?? this.fail(name, `must be one of ${choices.join(', ')}`)
    );
  }

  private fail(name: string, why: string): never {
    throw new InputProblem(`"${name}" ${why}`);
  }
}

const MAX_BODY = 50_000_000; // one mail of Gmail's largest size, as JSON

/**
 * Reads the body as a JSON object; empty is {}. A body must call itself application/json: no web page of another origin
 * can send that unasked.
 */
export async function readFields(request: IncomingMessage): Promise<Fields> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_BODY) throw new InputProblem('the body is too large', 413);
    chunks.push(bytes);
  }
  if (request.method !== 'GET' && !/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    throw new InputProblem('send content-type: application/json', 415);
  }
  return new Fields(size === 0 ? {} : parseObject(Buffer.concat(chunks).toString('utf8')));
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text);
    if (isObject(parsed)) return parsed;
  } catch {
    // told below, like any other body that is no object
  }
  throw new InputProblem('the body must be a JSON object');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
