import { parseEmailAddress } from '../identity/emailAddress';
import type { WrongField } from '../lib/failures';

/** What is known of a person. What is absent stays as it is; a null or blank name is taken away. */
export interface ProspectData {
  email: string;
  firstName?: string | null;
  lastName?: string | null;
  company?: string | null;
  attributes?: readonly { name: string; value: string }[] | null;
  /** Names of attributes that are taken away; others than are given. */
  removeAttributes?: readonly string[] | null;
  tags?: readonly string[] | null;
}

/** The same, in the shape of the row: spelled as we keep it, and with one value an attribute. */
export interface ProspectChange {
  email: string;
  firstName?: string | null;
  lastName?: string | null;
  company?: string | null;
  attributes: Record<string, string>;
  removeAttributes: readonly string[];
  tags: readonly string[];
}

/** What one prospect holds at most, in all. The widest exports of CRMs have some hundreds of columns. */
export const MOST = { attributes: 500, tags: 50 };

export interface TextRule {
  accepts: RegExp;
  message: string;
}

/**
 * Of control characters a value may have tabs and line breaks: people keep whole paragraphs there. PostgreSQL
 * cannot keep NUL, nor half a surrogate pair in JSON.
 */
export const TEXT_RULES = {
  name: {
    accepts: /^[^\p{Cc}\p{Cs}\u2028\u2029]{0,200}$/u,
    message: 'must have at most 200 characters in one line, and no control characters',
  },
  label: {
    accepts: /^[^\p{Cc}\p{Cs}\u2028\u2029]{1,64}$/u,
    message: 'must have 1 to 64 characters in one line, and no control characters',
  },
  value: {
    accepts: /^(?:[^\p{Cc}\p{Cs}]|[\t\r\n]){0,2000}$/u,
    message: 'must have at most 2000 characters, and no control characters but tabs and line breaks',
  },
} satisfies Record<string, TextRule>;

/** What is wrong with a person's data; `path` leads to them, e.g. `prospects.3`. */
export function checkProspect(data: ProspectData, path: string): WrongField[] {
  const { email, attributes, removeAttributes, tags } = data;
  const given = new Set(attributes?.map(({ name }) => name.trim()));
  const check = (field: string, accepted: boolean, message: string): WrongField[] =>
    accepted ? [] : [{ path: `${path}.${field}`, message }];
  const checkText = (field: string, text: string, { accepts, message }: TextRule) =>
    check(field, accepts.test(text), message);
  return [
    ...check('email', isKeepableAddress(email), 'must be an email address, such as ann@example.com'),
    ...NAMES.flatMap((name) => checkText(name, data[name]?.trim() ?? '', TEXT_RULES.name)),
    ...check(
      'attributes',
      (attributes?.length ?? 0) <= MOST.attributes,
      `must be at most ${MOST.attributes}`,
    ),
    ...(attributes ?? []).flatMap(({ name, value }, n) => [
      ...checkText(`attributes.${n}.name`, name.trim(), TEXT_RULES.label),
      ...checkText(`attributes.${n}.value`, value, TEXT_RULES.value),
    ]),
    ...check(
      'removeAttributes',
      (removeAttributes?.length ?? 0) <= MOST.attributes,
      `must be at most ${MOST.attributes}`,
    ),
    ...(removeAttributes ?? []).flatMap((name, n) => [
      ...checkText(`removeAttributes.${n}`, name.trim(), TEXT_RULES.label),
      ...check(`removeAttributes.${n}`, !given.has(name.trim()), 'is given a value in the same breath'),
    ]),
    ...check('tags', (tags?.length ?? 0) <= MOST.tags, `must be at most ${MOST.tags}`),
    ...(tags ?? []).flatMap((tag, n) => checkText(`tags.${n}`, tag.trim(), TEXT_RULES.label)),
  ];
}

/**
 * One change a person, in the order in which they first come: who is named again is merged, the later word
 * winning. The inputs must have passed checkProspect.
 */
export function mergeByPerson(inputs: readonly ProspectData[]): Map<string, ProspectChange> {
  const changes = new Map<string, ProspectChange>();
  for (const change of inputs.map(toChange)) {
    const earlier = changes.get(change.email);
    changes.set(change.email, earlier ? merge(earlier, change) : change);
  }
  return changes;
}

function toChange({ email, attributes, removeAttributes, tags, ...names }: ProspectData): ProspectChange {
  const given = NAMES.filter((name) => names[name] !== undefined);
  return {
    email: parseEmailAddress(email) ?? email,
    ...Object.fromEntries(given.map((name) => [name, names[name]?.trim() || null])),
    attributes: Object.fromEntries((attributes ?? []).map(({ name, value }) => [name.trim(), value])),
    removeAttributes: (removeAttributes ?? []).map((name) => name.trim()),
    tags: [...new Set((tags ?? []).map((tag) => tag.trim()))],
  };
}

function merge(earlier: ProspectChange, later: ProspectChange): ProspectChange {
  const kept = Object.entries(earlier.attributes).filter(([name]) => !later.removeAttributes.includes(name));
  const attributes = { ...Object.fromEntries(kept), ...later.attributes };
  const removed = [...earlier.removeAttributes, ...later.removeAttributes];
  return {
    ...earlier,
    ...later,
    attributes,
    removeAttributes: removed.filter((name) => !Object.hasOwn(attributes, name)),
    tags: [...new Set([...earlier.tags, ...later.tags])],
  };
}

const NAMES = ['firstName', 'lastName', 'company'] as const;

function isKeepableAddress(email: string): boolean {
  return parseEmailAddress(email) !== null && !/\p{Cs}/u.test(email);
}
