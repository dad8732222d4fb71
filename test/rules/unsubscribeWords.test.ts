import {
  chooseLanguage,
  composeFooter,
  optOutLine,
  UNSUBSCRIBE_WORDS,
} from '../../src/prospects/unsubscribeWords';
import { classify, ReceivedKind } from '../../src/replies/classifying/classification';
import { parseMail } from '../../src/replies/reading/mime';
import { mail } from './mail/build';

const LANGUAGES = Object.keys(UNSUBSCRIBE_WORDS);

async function kindOf(subject: string, text: string): Promise<ReceivedKind> {
  return classify(await parseMail(mail({ Subject: subject }, text))).kind;
}

describe.each(LANGUAGES)('the opt-out line in %s', (language) => {
  const line = optOutLine(language);
  const asked = /[“„«「]\s?(.+?)\s?[”“»」]/.exec(line)?.[1] ?? '';

  test('asks for a word that we understand', async () => {
    expect(asked).not.toBe('');
    expect(await kindOf('Re: Your new site', asked)).toBe(ReceivedKind.UNSUBSCRIBE);
    expect(await kindOf('Re: Your new site', asked.toUpperCase())).toBe(ReceivedKind.UNSUBSCRIBE);
  });

  test('is no request itself, when somebody answers without marking what they quote', async () => {
    expect(await kindOf('Re: Your new site', `Tell me more.\n\nHello Ann,\n\nSam\n\n${line}`)).toBe(
      ReceivedKind.REPLY,
    );
    expect(await kindOf('Re: Your new site', `Interesting!\n${line}`)).toBe(ReceivedKind.REPLY);
  });

  test('is what the page says, too, of a link that is none of ours', () => {
    const { unknown } = UNSUBSCRIBE_WORDS[chooseLanguage(language)];
    expect(unknown).toContain(asked);
  });

  test('needs no escaping in a page', () => {
    expect(Object.values(UNSUBSCRIBE_WORDS[chooseLanguage(language)]).join('')).not.toMatch(/[<>&"]/);
  });
});

test('a mail to the mailto address is a request, though it answers nothing', async () => {
  expect(await kindOf('unsubscribe', '')).toBe(ReceivedKind.UNSUBSCRIBE);
  expect(await kindOf('unsubscribe', 'unsubscribe')).toBe(ReceivedKind.UNSUBSCRIBE);
});

test.each([
  [undefined, 'en'],
  ['', 'en'],
  ['*', 'en'],
  ['ar', 'en'],
  ['ja-JP', 'ja'],
  ['zh-Hant-TW', 'zh'],
  ['de', 'de'],
  ['de-AT', 'de'],
  ['PT-br,en;q=0.5', 'pt'],
  ['ar,fr-CH;q=0.9, it;q=0.95', 'it'],
  ['pl;q=0,nl;q=0.1', 'nl'],
  ['es ; q=0.4 , fr ;q=0.3', 'es'],
  ['constructor,__proto__', 'en'],
  ['de;q=much', 'en'],
])('Accept-Language %j is answered in %s', (wishes, language) => {
  expect(chooseLanguage(wishes)).toBe(language);
});

test('the footer has the opt-out line and the postal address', () => {
  expect(composeFooter({ postalAddress: '1 Main St\nSpringfield', optOutLine: null }, 'de-DE')).toEqual({
    optOut: UNSUBSCRIBE_WORDS.de.optOut,
    postalAddress: '1 Main St\nSpringfield',
  });
  expect(composeFooter({ postalAddress: null, optOutLine: null })).toEqual({
    optOut: UNSUBSCRIBE_WORDS.en.optOut,
    postalAddress: null,
  });
});
