import { classify, ReceivedKind } from '../../src/replies/classifying/classification';
import { parseMail } from '../../src/replies/reading/mime';
import {
  automaticSubjects,
  limitedRequests,
  notAbsent,
  subjectsOfAbsence,
  wordsOfAbsence,
} from './mail/absences';
import { mail } from './mail/build';

const { AUTO_REPLY, OUT_OF_OFFICE, REPLY } = ReceivedKind;

describe('who is away, and who only says so', () => {
  const kindOf = async (fields: Record<string, string>, text: string) =>
    classify(await parseMail(mail(fields, text))).kind;

  test.each(wordsOfAbsence)('%s', async (text) => {
    expect(await kindOf({ 'Auto-Submitted': 'auto-replied' }, text)).toBe(OUT_OF_OFFICE);
  });

  test.each(subjectsOfAbsence)('%s', async (Subject) => {
    expect(await kindOf({ Subject }, 'Bob answers for me.')).toBe(OUT_OF_OFFICE);
  });

  test.each(automaticSubjects)('%s', async (Subject) => {
    expect(await kindOf({ Subject }, 'We have got your mail.')).toBe(AUTO_REPLY);
  });

  test.each([...notAbsent, ...limitedRequests.map((text) => ['Re: Your new site', text] as const)])(
    '%s: %s',
    async (Subject, text) => {
      expect(await kindOf({ Subject }, text)).toBe(REPLY);
    },
  );
});

test('a promise to answer by some day is no absence', async () => {
  const source = mail({ Subject: 'Automatic reply: Your new site' }, 'We get back to you on Monday.');
  expect(classify(await parseMail(source)).kind).toBe(AUTO_REPLY);
});

describe('the day of return', () => {
  test.each([
    ['I will be back on Monday, 17 March 2025.', '2025-03-17'],
    ['Returning March 17th.', '2025-03-17'],
    ['I am out until 3/17/2025', '2025-03-17'],
    ['Ich bin ab dem 17.03. wieder im Büro, bis zum 17.03.2025 abwesend', '2025-03-17'],
    ['Je suis absente jusqu’au 17 mars 2025 inclus.', '2025-03-17'],
    ['Estaré fuera hasta el 17 de marzo.', '2025-03-17'],
    ['Sono in ferie fino al 17 marzo.', '2025-03-17'],
    ['Estarei ausente até 17/03/2025.', '2025-03-17'],
    ['Ik ben afwezig tot en met 17 maart.', '2025-03-17'],
    ['Jestem nieobecny do 17 marca 2025.', '2025-03-17'],
    ['3月17日まで休暇をいただいております。', '2025-03-17'],
    ['我休假至3月17日。', '2025-03-17'],
    // No word of an absence, but a day of return below the mail program's own subject.
    ['I’m away until next Tuesday.', '2025-03-11'],
    ['Je serai de nouveau disponible le 17 mars.', '2025-03-17'],
    ['Estarei fora até sexta. Volto na segunda-feira (17/03).', '2025-03-17'],
    ['Back on Monday.', '2025-03-10'],
    ['I am out of office, back on 2 January', '2026-01-02'],
    ['I am out of office with limited access to email.', null],
  ])('%s', async (text, returnDate) => {
    const source = mail(
      { Subject: 'Automatic reply: Your new site', 'Auto-Submitted': 'auto-replied' },
      text,
    );
    expect(classify(await parseMail(source))).toMatchObject({ kind: OUT_OF_OFFICE, returnDate });
  });
});
