import { liquid, parseTemplate } from './parseTemplate';
import { appendBelow, makeParts, startsWithTag } from './parts';
import { Rendering, Trial } from './rendering';
import { Variables } from './variables';
import { explainProblem, WrongTemplate } from './wrongTemplate';

/** A variant's wording. The body is HTML when it starts with a tag, else text. */
export interface TemplateSource {
  subject: string;
  body: string;
}

export interface TemplateProblem {
  field: keyof TemplateSource;
  /** Counts from 1; null where the problem is not of one line. */
  line: number | null;
  /** One or two sentences for the person who writes the template: what is wrong, and what to do. */
  message: string;
}

/** Whom the email is for. Every value may come from anybody, and is never read as template. */
export interface Recipient {
  email: string;
  firstName: string | null;
  lastName: string | null;
  company: string | null;
  /** By the names of the import's columns. */
  attributes: Readonly<Record<string, string>>;
}

/** What surrounds the template, the same for many recipients but for the seed. */
export interface Surroundings {
  sender: { name: string | null; email: string };
  /** Text, or HTML when it starts with a tag. Stands below the body, unless that has {{ signature }}. */
  signature?: string | null;
  footer?: Footer | null;
  /** Prospect id and step id: the same seed gets the same wording. */
  seed: string;
}

/** What stands below every email, as plain text; addresses (https://…) in it become links. */
export interface Footer {
  /** How to get no more of these. */
  optOut?: string | null;
  /** The sender's postal address, of one or more lines. */
  postalAddress?: string | null;
}

export type Rendered =
  | { outcome: 'Rendered'; subject: string; text: string; html: string }
  /** Not to be sent to this recipient before what is missing is known. */
  | { outcome: 'Held'; missing: string[]; reason: string }
  | { outcome: 'Failed'; problem: TemplateProblem };

/**
 * What is wrong with a template, before anybody is written to: the first problem of each field. It is rendered for
 * somebody who has every value and for somebody who has none, with all options of each choice.
 */
export function checkTemplate({ subject, body }: TemplateSource): TemplateProblem[] {
  return [
    ...findProblem('subject', () => rehearse(subject)),
    ...findProblem('body', () => {
      if (body.trim() === '') throw new WrongTemplate('The email has no text: write one.');
      makeParts(rehearse(body), parseTemplate(body).isHtml);
    }),
  ];
}

/**
 * The email for one recipient: same arguments, same bytes. Looks neither at a clock nor at chance, and never throws.
 */
export function renderTemplate(
  { subject, body }: TemplateSource,
  recipient: Recipient,
  { sender, signature, footer, seed }: Surroundings,
): Rendered {
  let field: keyof TemplateSource = 'subject';
  try {
    const signatureParts = signature?.trim() ? makeParts(signature, startsWithTag(signature)) : null;
    const variables = new Variables(recipient, sender, signatureParts);
    const missing = new Set<string>();
    const line = makeOneLine(write(subject, variables, `${seed}\nsubject`, missing));
    field = 'body';
    const written = write(body, variables, `${seed}\nbody`, missing);
    if (missing.size > 0) return hold([...missing]);
    if (written.trim() === '') throw new WrongTemplate('Nothing is left of the text for this recipient.');
    const parts = makeParts(written, parseTemplate(body).isHtml);
    const below = variables.hasPlacedSignature ? null : signatureParts;
    return { outcome: 'Rendered', subject: line, ...appendBelow(parts, below, footer ?? null) };
  } catch (error) {
    return { outcome: 'Failed', problem: explainProblem(field, error) };
  }
}

function write(source: string, variables: Variables, seed: string, missing: Set<string>): string {
  const { isHtml, templates } = parseTemplate(source);
  return liquid.renderSync(templates, new Rendering(liquid, { variables, seed, isHtml, missing }));
}

function findProblem(field: keyof TemplateSource, attempt: () => void): TemplateProblem[] {
  try {
    attempt();
    return [];
  } catch (error) {
    return [explainProblem(field, error)];
  }
}

/** @returns what is written for somebody who has every value */
function rehearse(source: string): string {
  const { isHtml, templates } = parseTemplate(source);
  const [written = ''] = [true, false].map((hasAll): string => {
    const variables = new Variables(NOBODY, { name: '1', email: '1' }, null);
    return liquid.renderSync(
      templates,
      new Trial(liquid, { variables, seed: '', isHtml, missing: new Set() }, hasAll),
    );
  });
  return written;
}

const NOBODY: Recipient = { email: '', firstName: null, lastName: null, company: null, attributes: {} };

/** A header field has one line; RFC 5322 §2.1.1 gives that 998 characters. */
function makeOneLine(subject: string): string {
  const line = subject.replace(/[\s\p{Cc}\u2028\u2029]+/gu, ' ').trim();
  if (line.length <= 998) return line;
  throw new WrongTemplate(
    `For this recipient the subject has ${line.length} characters, and 998 is the most.`,
  );
}

function hold(missing: string[]): Rendered {
  const names = missing.join(', ');
  const reason = `Not known of this recipient: ${names}. Fill it in, or write what stands instead, as in {{ ${missing[0]} | default: '…' }}.`;
  return { outcome: 'Held', missing, reason };
}
