import { checkProspect, mergeByPerson, type ProspectData } from '../../src/prospects/prospectData';
import { searchPattern } from '../../src/prospects/search';
import { normaliseSuppression } from '../../src/prospects/suppressions';

test.each([
  ['Ann@Example.COM', 'ann@example.com'],
  [' ann@example.com\n', 'ann@example.com'],
  ['ann@MÜLLER.de', 'ann@xn--mller-kva.de'],
  ['ann@xn--mller-kva.de', 'ann@xn--mller-kva.de'],
  ['ann@Mu\u0308ller.de', 'ann@xn--mller-kva.de'],
  ['a.nn+x@gmail.com', 'a.nn+x@gmail.com'],
  ['@Example.COM', '@example.com'],
  ['  @MÜLLER.de ', '@xn--mller-kva.de'],
  ['@mail.example.co.uk', '@mail.example.co.uk'],
  ['example.com', null],
  ['@', null],
  ['@example', null],
  ['@@example.com', null],
  ['ann@@example.com', null],
  ['@exam ple.com', null],
  ['@*.example.com', null],
  ['ann', null],
  ['', null],
  ['ann\0@example.com', null],
  ['ann@example.com\r\nBcc: eve@example.com', null],
  ['Ann <ann@example.com>', null],
])('%j is suppressed as %j', (value, spelled) => {
  expect(normaliseSuppression(value)).toBe(spelled);
});

describe('what is wrong with a prospect', () => {
  const many = (count: number) => Array.from({ length: count }, (_, n) => `x${n}`);

  test.each<[Partial<ProspectData>, string[]]>([
    [{}, []],
    [{ firstName: null, lastName: '', company: ' ', attributes: null, tags: null }, []],
    [{ firstName: 'Zoë', company: 'Müller & Söhne 🚀', tags: ['vip'] }, []],
    [{ firstName: 'An\0n' }, ['firstName']],
    [
      { firstName: 'An\nn', lastName: 'Le\u001be', company: 'Ac\u2028me' },
      ['firstName', 'lastName', 'company'],
    ],
    [{ company: 'x'.repeat(200) }, []],
    [{ company: 'x'.repeat(201) }, ['company']],
    [{ lastName: '\ud800' }, ['lastName']],
    [{ email: 'ann' }, ['email']],
    [{ email: '\ud800@example.com' }, ['email']],
    [{ attributes: [{ name: 'intro', value: 'Two\r\n\tlines' }] }, []],
    [{ attributes: [{ name: 'x'.repeat(64), value: 'x'.repeat(2000) }] }, []],
    [{ attributes: [{ name: ' ', value: 'x' }] }, ['attributes.0.name']],
    [{ attributes: [{ name: 'x'.repeat(65), value: '' }] }, ['attributes.0.name']],
    [{ attributes: [{ name: 'a\nb', value: '' }] }, ['attributes.0.name']],
    [
      {
        attributes: [
          { name: 'a', value: '' },
          { name: 'b', value: ' '.repeat(2001) },
        ],
      },
      ['attributes.1.value'],
    ],
    [{ attributes: [{ name: 'a', value: '\0' }] }, ['attributes.0.value']],
    [{ attributes: many(500).map((name) => ({ name, value: '' })) }, []],
    [{ attributes: many(501).map((name) => ({ name, value: '' })) }, ['attributes']],
    [{ attributes: [{ name: 'a', value: '' }], removeAttributes: ['b', 'b'] }, []],
    [{ attributes: [{ name: 'a', value: '' }], removeAttributes: ['b', ' a '] }, ['removeAttributes.1']],
    [{ removeAttributes: ['', 'a\nb'] }, ['removeAttributes.0', 'removeAttributes.1']],
    [{ removeAttributes: many(501) }, ['removeAttributes']],
    [{ tags: ['x'.repeat(64), 'x'.repeat(65), '', 'a\u0007'] }, ['tags.1', 'tags.2', 'tags.3']],
    [{ tags: many(50) }, []],
    [{ tags: many(51) }, ['tags']],
  ])('%j', (data, paths) => {
    const wrong = checkProspect({ email: 'ann@example.com', ...data }, 'prospects.3');
    expect(wrong.map(({ path }) => path)).toEqual(paths.map((path) => `prospects.3.${path}`));
  });
});

test('who is named twice is merged, the later word winning', () => {
  const merged = mergeByPerson([
    {
      email: 'Ann@Example.com',
      firstName: ' Ann ',
      company: 'Acme',
      tags: ['a', 'b'],
      removeAttributes: ['city', 'x'],
    },
    { email: 'bob@example.com', attributes: [{ name: '__proto__', value: 'harmless' }] },
    {
      email: 'ann@example.com',
      firstName: null,
      lastName: 'Lee',
      tags: ['b', ' c '],
      attributes: [
        { name: 'city', value: 'Rome' },
        { name: ' city ', value: 'Oslo' },
      ],
    },
  ]);
  expect([...merged.values()]).toEqual([
    {
      email: 'ann@example.com',
      firstName: null,
      lastName: 'Lee',
      company: 'Acme',
      attributes: { city: 'Oslo' },
      removeAttributes: ['x'],
      tags: ['a', 'b', 'c'],
    },
    {
      email: 'bob@example.com',
      attributes: Object.fromEntries([['__proto__', 'harmless']]),
      removeAttributes: [],
      tags: [],
    },
  ]);
});

test('of an attribute that is given and taken away the later word wins, too', () => {
  const given = { email: 'ann@example.com', attributes: [{ name: 'city', value: 'Rome' }] };
  const taken = { email: 'ann@example.com', removeAttributes: ['city'] };
  const merged = [mergeByPerson([given, taken]), mergeByPerson([taken, given])].flatMap((each) => [
    ...each.values(),
  ]);
  expect(merged).toMatchObject([
    { attributes: {}, removeAttributes: ['city'] },
    { attributes: { city: 'Rome' }, removeAttributes: [] },
  ]);
});

test.each([
  ['ann', '%ann%'],
  [' 50%_\\ ', '%50\\%\\_\\\\%'],
  ['  ', null],
  [null, null],
  [undefined, null],
])('searching for %j asks for %j', (search, pattern) => {
  expect(searchPattern(search)).toBe(pattern);
});
