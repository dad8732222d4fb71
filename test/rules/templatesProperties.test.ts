import fc from 'fast-check';
import { checkTemplate, type Recipient, renderTemplate } from '../../src/campaigns/templates/template';

const AROUND = { sender: { name: 'Bob', email: 'bob@x.example' }, signature: 'Bob' };

/** Pieces that templates are made of, in any order: most are wrong, some are right. */
const PIECES =
  `{ } | \\{ \\} {{ }} {% %} {{first_name}} {{x|default:'y'}} {%if|x%} {%else%} {%endif%} {%for|i|in|(1..9)%}
  {%endfor%} {%raw%} {%endraw%} {%comment%} {%endcomment%} {%- -%} {%assign|x=first_name%} {{x.size}} {{__proto__}} <p> <style> </style> ' " a`
    .split(/\s+/)
    .map((piece) => piece.replace(/^\{%.*%\}$/, (tag) => tag.replaceAll('|', ' ')));
const template = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 5 }), fc.constant('\n')), {
    maxLength: 30,
  })
  .map((pieces) => pieces.join(''));

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }).map((pieces) => pieces.join('')),
);
const recipient: fc.Arbitrary<Recipient> = fc.record({
  email: fc.emailAddress(),
  firstName: fc.option(hostile),
  lastName: fc.option(hostile),
  company: fc.option(hostile),
  attributes: fc.dictionary(fc.oneof(hostile, fc.constantFrom('x', '__proto__', 'constructor')), hostile),
});

test('any template for anybody has one outcome, the same each time', () => {
  fc.assert(
    fc.property(template, template, recipient, fc.string(), (subject, body, whom, seed) => {
      checkTemplate({ subject, body });
      const once = renderTemplate({ subject, body }, whom, { ...AROUND, seed });
      expect(renderTemplate({ subject, body }, whom, { ...AROUND, seed })).toEqual(once);
      if (once.outcome === 'Rendered') expect(once.subject).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
    }),
    { numRuns: 300 },
  );
});

test('a template of which nothing is wrong fails for nobody', () => {
  fc.assert(
    fc.property(template, recipient, fc.string(), (subject, whom, seed) => {
      fc.pre(checkTemplate({ subject, body: 'x' }).length === 0);
      const rendered = renderTemplate({ subject, body: 'x' }, whom, { ...AROUND, seed });
      expect(rendered.outcome).not.toBe('Failed');
    }),
    { numRuns: 300 },
  );
});

test('a value goes out as it is, and turns no choice', () => {
  const value = hostile
    .map((text) => text.replace(/[\s\p{Cc}\p{Z}\p{Cs}]+/gu, ''))
    .filter((text) => text !== '');
  fc.assert(
    fc.property(value, fc.string(), (firstName, seed) => {
      const body = '{1|2|3}<{{ first_name }}>{4|{5|6} {{ first_name | default: "x" }}}{7|8|9}';
      const write = (name: string) =>
        renderTemplate(
          { subject: '', body },
          { email: 'a@b.example', firstName: name, lastName: null, company: null, attributes: {} },
          { ...AROUND, signature: null, seed },
        );
      const plain = write('NAME');
      const text = plain.outcome === 'Rendered' ? plain.text.replaceAll('NAME', () => firstName) : '';
      expect(write(firstName)).toMatchObject({ outcome: 'Rendered', text });
    }),
    { numRuns: 300 },
  );
});
