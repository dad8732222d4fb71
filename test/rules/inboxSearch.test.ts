import { documentOf, foldWords, gramsOf, termsOf } from '../../src/replies/conversations/searchWords';

/** What a search of the inbox finds: which words are the same, and that the index never hides what the text has. */

const A = '11111111-1111-4111-8111-111111111111';
const B = '22222222-2222-4222-8222-222222222222';

/** As PostgreSQL does it: the pieces by the index, then the text. */
function finds(search: string, parts: readonly string[], workspaceId = A): boolean {
  const words = documentOf(parts);
  const grams = new Set(gramsOf(A, words));
  return termsOf(search).every(
    ({ folded }) => gramsOf(workspaceId, folded).every((gram) => grams.has(gram)) && words.includes(folded),
  );
}

test.each([
  ['angebot', 'Ihr ANGEBOT von heute'],
  ['gebot', 'Ihr Angebot von heute'], // part of a word
  ['datenschutz schutz', 'Datenschutzerklärung'],
  ['erklarung', 'Datenschutzerklärung'],
  ['erklärung', 'Datenschutzerklarung'],
  ['heute angebot', 'Ihr Angebot von heute'], // in any order
  ['"angebot von"', 'Ihr Angebot\nvon heute'], // as it stands, over the end of a line
  ['strasse', 'Hauptstraße 5'],
  ['lodz', 'Łódź'],
  ['soren', 'Søren Ærø'],
  ['istanbul', 'İSTANBUL'],
  ['оценка', 'ОЦЕНКА'],
  ['елка', 'Ёлка'],
  ['οδος', 'Ὁδός'],
  ['李', '李明来信'],
  ['合同', '我们收到了您的合同，谢谢'],
  ['您的合同', '我们收到了您的合同，谢谢'],
  ['AI', '使用AI技术'],
  ['使用AI', '使用AI技术'],
  ['がく', '大がくの'],
  ['ﾃｽﾄ', 'テスト送信'],
  ['メール', 'お問い合わせメールありがとう'],
  ['계약', '계약서를 보냈습니다'],
  ['สัญญา', 'ส่งสัญญาแล้ว'],
  ['अनुबंध', 'कृपया अनुबंध भेजें'],
  ['silent.two@', 'silent.two@example.com'],
  ['two@example', 'silent.two@example.com'],
  ['müller.de', 'ann@xn--mller-kva.de'],
  ['xn--mller-kva.de', 'ann@xn--mller-kva.de'],
  ["o'brien", 'Pat O’Brien'],
  ['li', 'Li Wei'],
  ['li', 'Lisa'],
  ['hp', 'ann@hp.example'],
  ['50%', 'a discount of 50% today'],
  ['c++', 'We write C++ and Rust'],
  ['€', 'for 500€'],
  ['👍', 'Yes 👍'],
  ['hello !', 'Oh, hello'],
])('%s is found in %s', (search, text) => {
  expect(finds(search, ['Re: a subject', text])).toBe(true);
});

test.each([
  ['li', 'daily'], // the middle of a word is found from three letters on
  ['"von angebot"', 'Ihr Angebot von heute'],
  ['angebot morgen', 'Ihr Angebot von heute'],
  ['同合', '合同'],
  ['100%_\\', '99 of them'],
  ['%', 'a hundred per cent'],
  ['_', 'a_b'],
  ['...', 'Well ... no'],
  ['abcd', 'abc bcd'], // all of its pieces are there
  ['"subject hello"', 'hello'], // the end of one part and the beginning of another
])('%s is not found in %s', (search, text) => {
  expect(finds(search, ['Re: a subject', text])).toBe(false);
});

test('nothing is asked for by spaces and empty quotes', () => {
  expect(['', '  ', '\u3000'].map(termsOf)).toEqual([[], [], []]);
});

test('the pieces of one workspace are not those of another', () => {
  expect(finds('angebot', ['Angebot'], B)).toBe(false);
});

test('whatever stands in a text is found by it, cut anywhere', () => {
  const text = 'Grüße aus Łódź: 合同 v2.0 für C++ — 50 % mehr, ok? テスト李a b';
  const folded = foldWords(text);
  const grams = new Set(gramsOf(A, documentOf([text])));
  const letters = Array.from(folded);
  for (let from = 0; from < letters.length; from += 1) {
    for (let to = from + 1; to <= letters.length; to += 1) {
      const part = letters.slice(from, to).join('');
      for (const { folded: asked } of termsOf(`"${part}"`)) {
        if (!` ${folded}`.includes(asked)) continue; // the middle of a short word
        expect({ part, missing: gramsOf(A, asked).filter((gram) => !grams.has(gram)) }).toEqual({
          part,
          missing: [],
        });
      }
    }
  }
});

test('of a mail that is endless only its beginning is searched', () => {
  const words = documentOf(Array.from({ length: 40 }, (_, n) => `${n} ${'word '.repeat(20_000)}`));
  expect(words.length).toBeLessThanOrEqual(60_000);
});

test('what nobody would write takes no more of the processor than what people do', () => {
  const startedAt = process.cpuUsage();
  for (const nonsense of ['a', 'a.', 'xn--', '-', '\u0301\u0323']) {
    documentOf(Array.from({ length: 300 }, () => nonsense.repeat(20_000)));
  }
  expect(process.cpuUsage(startedAt).user / 1_000).toBeLessThan(5_000); // minutes, where time grows with the square
});
