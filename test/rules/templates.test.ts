import { checkTemplate, type Recipient, renderTemplate } from '../../src/campaigns/templates/template';

const ANN: Recipient = {
  email: 'ann@acme.example',
  firstName: 'Ann',
  lastName: null,
  company: 'Acme & Sons',
  attributes: { 'Job Title': 'CEO', Note: '{a|b} {{ email }} {% x %}', City: '  ', Start: '2026-03-05' },
};
const BOB = { name: 'Bob', email: 'bob@x.example' };

function render(body: string, { subject = 'Hello', recipient = ANN, seed = '1' } = {}) {
  return renderTemplate({ subject, body }, recipient, { sender: BOB, seed });
}

/** The text, or what stopped it, in one string. */
function textOf(body: string, seed = '1'): string {
  const rendered = render(body, { seed });
  switch (rendered.outcome) {
    case 'Rendered':
      return rendered.text;
    case 'Held':
      return `HELD ${rendered.missing.join(', ')}`;
    case 'Failed':
      return `FAILED ${rendered.problem.message}`;
  }
}

function wordings(body: string): string[] {
  return [...new Set(Array.from({ length: 200 }, (_, seed) => textOf(body, String(seed))))].sort();
}

function problemOf(body: string) {
  const [problem] = checkTemplate({ subject: 'Hello', body });
  return problem && `${problem.field} ${problem.line}: ${problem.message}`;
}

describe('values', () => {
  test.each([
    ['Hi {{ first_name }}', 'Hi Ann'],
    ['{{ FirstName }} {{ FIRST_NAME }} {{ firstName }}', 'Ann Ann Ann'],
    ['{{ name }} {{ full_name }} {{ domain }} {{ email }}', 'Ann Ann acme.example ann@acme.example'],
    ["{{ job_title }} {{ jobTitle }} {{ attributes['Job Title'] }}", 'CEO CEO CEO'],
    ['{{ sender.name }} {{ sender.email }}', 'Bob bob@x.example'],
    ['{{ company }}', 'Acme & Sons'],
    ['{{ note }}', '{a|b} {{ email }} {% x %}'],
    ["{{ start | date: '%A, %B %-d, %y' }}", 'Thursday, March 5, 26'],
    ['{{ start | date }} {{ first_name | date }}', 'March 5, 2026 Ann'],
    ['{{ first_name.size }} {{ company | split: " " | first }}', '3 Acme'],
    ['{% for part in attributes.Start %}{{ part }}{% endfor %}', '2026-03-05'],
    ['{% for n in (1..3) %}{{ n }}{% unless forloop.last %}, {% endunless %}{% endfor %}', '1, 2, 3'],
    ['a {%- if first_name -%} b {%- endif %}', 'ab'],
    ['{% raw %}{{ x }} {a|b}{% endraw %}', '{{ x }} {a|b}'],
    ['{% comment %}{ | {{ x }}{% endcomment %}ok', 'ok'],
  ])('%s', (body, text) => expect(textOf(body)).toBe(text));
});

describe('a missing value', () => {
  test.each([
    ['Hi {{ last_name }},', 'HELD last_name'],
    ['{{ city }} {{ nickname }} {{ city }}', 'HELD city, nickname'],
    ['{{ last_name | upcase | append: "!" }}', 'HELD last_name'],
    ['{{ "Dr " | append: last_name }}', 'HELD last_name'],
    ['{% assign n = last_name | strip %}{{ n }}', 'HELD last_name'],
    ['{% capture n %}{{ last_name }}{% endcapture %}x', 'HELD last_name'],
    ['{{ last_name | default: nickname }}', 'HELD nickname'],
    ["{{ attributes['Shoe Size'] }}", 'HELD Shoe Size'],
    ['{{ last_name.size }}', 'HELD last_name'],
    ["{{ last_name | default: 'you' }} {{ nickname | upcase | default: 'you' }}", 'you you'],
    ['{% if last_name %}{{ last_name }}{% else %}you{% endif %}', 'you'],
    ['{% unless city %}none{% endunless %}', 'none'],
    ["{% if last_name == 'x' or last_name.size > 3 or last_name contains 'x' %}a{% endif %}b", 'b'],
    ["{% if last_name == blank and last_name == nil and last_name == '' %}blank{% endif %}", 'blank'],
    ["{% if last_name != '' %}a{% endif %}b", 'b'],
    ["{% case last_name %}{% when 'x' %}x{% else %}none{% endcase %}", 'none'],
    ['{% for part in last_name %}{{ part }}{% endfor %}x', 'x'],
  ])('%s', (body, text) => expect(textOf(body)).toBe(text));

  test('is said with what to do, in the subject too', () => {
    const rendered = render('x {{ city }}', { subject: '{{ last_name }}' });
    expect(rendered).toEqual({
      outcome: 'Held',
      missing: ['last_name', 'city'],
      reason: expect.stringContaining("{{ last_name | default: '…' }}"),
    });
  });
});

describe('choices', () => {
  test.each([
    ['{a|b|c}', ['a', 'b', 'c']],
    ['{a|b{c|d}}', ['a', 'bc', 'bd']],
    ['{{a|b} c|d}', ['a c', 'b c', 'd']],
    ["{{I'm|We're} glad|Glad}", ['Glad', "I'm glad", "We're glad"]],
    ['x{|y}', ['x', 'xy']],
    ['{Hi {{ first_name }}|Hello}', ['Hello', 'Hi Ann']],
    ['{Hi|Dear {{ first_name }}}', ['Dear Ann', 'Hi']],
    ['{{{ first_name }}|you}', ['Ann', 'you']],
    ['{% if first_name %}{a|b}{% else %}c{% endif %}', ['a', 'b']],
    ['{a|{% if last_name %}b{% else %}c{% endif %}}', ['a', 'c']],
    ['{% for n in (1..3) %}{a|b}{% endfor %}', ['aaa', 'bbb']],
    ['{a\\|b|c}', ['a|b', 'c']],
    ['\\{a|b\\} {c} d|e', ['{a|b} {c} d|e']],
  ])('%s', (body, expected) => expect(wordings(body)).toEqual(expected));

  test('in HTML leave styles, scripts and comments alone', () => {
    const body =
      '<p>{a|a}</p><STYLE>@media x { [lang|=en] { color: red } }</STYLE><!-- {x|y} --><i>{b|b}</i>';
    const rendered = render(body);
    expect(rendered).toMatchObject({
      html: '<p>a</p><STYLE>@media x { [lang|=en] { color: red } }</STYLE><!-- {x|y} --><i>b</i>',
    });
  });

  test('are as frequent as each other, and independent', () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 4_000; seed++) {
      const text = textOf('{a|b}{c|d}', `prospect ${seed}`);
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
    // Within five standard deviations of 1,000.
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(140);
    expect(counts.size).toBe(4);
  });
});

test.each([
  ["Hi\n{{ 'x' | unknown }}", 'body 2: There is no filter “unknown”'],
  ['Hi\n\n{% include "x" %}', 'body 3: There is no tag {% include %}'],
  ['{{ first_name', 'body 1: A value {{ is never closed'],
  ["{{ first_name | default: 'it's' }}", 'body 1: A value {{ is never closed'],
  ['{% if first_name', 'body 1: A tag {% is never closed'],
  ['x\n{% if first_name %}', 'body 2: {% if first_name %} has no end'],
  ['{% endif %}', 'body 1: {% endif %} has no beginning'],
  ['{{ | upcase }}', 'body 1: Here a value is expected'],
  ['{{ first_name | default }}', 'body 1: default needs'],
  ["{% if last_name %}{{ 'now' | date }}{% endif %}", "body 1: 'now' has no date"],
  ["{a|b{{ 'x' | date }}{{ 'today' | date }}}", "body 1: 'today' has no date"],
  ['a\nb {c|d', 'body 2: This { is never closed'],
  ['a }', 'body 1: This } closes nothing'],
  ['{a {% if first_name %}|b{% endif %}}', 'body 1: A choice {a|b} must end inside'],
  ['{% if first_name %}{a|b{% endif %}}', 'body 1: {% endif %} has no beginning'],
  ['Hi {first_name}', 'body 1: Values have two braces: write {{ first_name }}'],
  ['Hi {FirstName}', 'body 1: Values have two braces: write {{ first_name }}'],
  ['{{ {a} }}', 'body 1: {{ begins a value'],
  ['{{ attributes }}', 'body 1: These are several values'],
  [' \n', 'body null: The email has no text'],
  ['a\n{% for i in (1..100000000) %}x{% endfor %}', 'body 2: This makes too much text'],
  [
    '{% assign a = (1..999) %}{% for i in a %}{% for j in a %}{% for k in a %}{% endfor %}{% endfor %}{% endfor %}',
    'body 1: This takes too many turns',
  ],
  [
    `{% assign a = "xx" %}${'{% capture a %}{{ a }}{{ a }}{% endcapture %}'.repeat(40)}`,
    'body 1: This makes too much',
  ],
  [`{{ first_name | append: "xx" ${'| replace: "x", "xxxx"'.repeat(40)} }}`, 'body 1: This makes too much'],
  ['x'.repeat(1_000_000), 'body null: This has 1000000 characters'],
  ['{a|'.repeat(10_000) + '}'.repeat(10_000), 'body 1: Up to here are 5000'],
  ['{a|'.repeat(21) + '}'.repeat(21), 'body 1: This is nested more than 20 deep'],
  ['{% if a %}'.repeat(3_000), 'body 1: This is nested more than 20 deep'],
  [`{{ ${'a['.repeat(40_000)} }}`, 'body 1: This is nested too deep'],
  ['{{ "'.repeat(20_000), 'body 1: A value {{ is never closed'],
])('%.80s is refused when it is saved', (body, problem) =>
  expect(problemOf(body)?.slice(0, problem.length)).toBe(problem),
);

test.each([
  '{{ constructor }}',
  '{{ __proto__ }}',
  '{{ first_name.constructor }}',
  '{{ first_name.__proto__.constructor }}',
  '{{ attributes.constructor }}',
  '{{ sender.toString }}',
  '{% for i in (1..1) %}{{ forloop.constructor }}{{ forloop.__proto__ }}{% endfor %}',
])('%s reaches nothing', (body) => expect(textOf(body)).toMatch(/^HELD /));

test('an attribute may be called anything', () => {
  const attributes = Object.fromEntries([
    ['__proto__', 'p'],
    ['constructor', 'c'],
    ['Größe (cm)', '180'],
  ]);
  const body = "{{ attributes['__proto__'] }} {{ constructor }} {{ größe_cm }}";
  expect(render(body, { recipient: { ...ANN, attributes } })).toMatchObject({ text: 'p c 180' });
});

test('both fields are checked, and a good template has no problem', () => {
  expect(checkTemplate({ subject: '{a|b', body: '{{ x | y }}' }).map(({ field }) => field)).toEqual([
    'subject',
    'body',
  ]);
  expect(
    checkTemplate({ subject: '', body: "<p>{Hi|Hello} {{ first_name }}, {{ x | date: '%B' }}</p>" }),
  ).toEqual([]);
});
