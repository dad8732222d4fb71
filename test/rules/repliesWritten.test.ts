import { classify, ReceivedKind } from '../../src/replies/classifying/classification';
import { parseMail, textOfHtml } from '../../src/replies/reading/mime';
import { extractReplyText } from '../../src/replies/reading/replyText';
import { writtenReplies } from './mail/replies';
import { replyShapes } from './mail/replyShapes';
import { answersInHtml, answersInText, saidThere } from './mail/surroundings';

const allReplies = [...writtenReplies, ...replyShapes];

describe('what people write', () => {
  test.each(allReplies)('$what is a reply', async ({ source }) => {
    expect(classify(await parseMail(source))).toMatchObject({
      kind: ReceivedKind.REPLY,
      rule: 'written-by-a-person',
      failures: [],
    });
  });

  test.each(allReplies)('$what: the quote and the signature are left out', async ({ source, says }) => {
    expect(extractReplyText(await parseMail(source))).toBe(says);
  });
});

describe('the text of a reply', () => {
  test.each([
    ['only a quote is no text', '> Hello\n> Ann', ''],
    [
      'a bottom-posted answer is kept',
      'On Mon, Mar 3, 2025 at 9:00 AM Me <me@ours.example> wrote:\n> Hello\n\nYes.',
      'Yes.',
    ],
    ['a signature alone is what the person wrote', 'Best regards,\nAnn', 'Best regards,\nAnn'],
    [
      'a postscript after the leave-taking is kept',
      'Yes.\n\nBest regards,\nAnn\n\nPS: call me first',
      'Yes.\n\nBest regards,\nAnn\n\nPS: call me first',
    ],
    [
      'a forwarded mail under it is cut',
      'See below.\n\n---------- Forwarded message ---------\nFrom: Bob <b@c.example>\n\nHi',
      'See below.',
    ],
  ])('%s', (_, text, says) => {
    expect(extractReplyText({ text, html: null })).toBe(says);
  });

  test.each(answersInText)('%s', (_, text) => {
    expect(extractReplyText({ text, html: null })).toBe(saidThere);
  });

  test.each(Object.entries(answersInHtml))('%s', (_, html) => {
    expect(extractReplyText({ text: textOfHtml(html), html }).replace(/\n+/g, '\n')).toBe(saidThere);
  });

  test.each([
    'Hi Me,\n\nThanks!\n\nPlease call me on Tuesday.',
    'Hi Me,\n\nThanks, Bob.\n\nPlease call me on Tuesday at nine.',
    'On Monday we wrote:\nno. And so it is.',
    'On Monday 3 March 2025 at 10:00 they wrote:\nit is fine.',
    'The prices:\n- a\n---\nThe terms:\n- b',
    'Sent from our office on Monday: the samples.\nDid they arrive?',
    'Date: Monday\nPlace: Berlin\nCall me',
    'Merci\nJe vous appelle mardi',
  ])('all of it was written: %s', (text) => {
    expect(extractReplyText({ text, html: null })).toBe(text);
  });

  test('the writer’s own name opens a card, somebody else’s does not', () => {
    const from = { address: 'ann@prospect.example', name: 'Ann Example' };
    const card = 'Head of Sites\n+49 30 123456';
    const written = (text: string) => extractReplyText({ text, html: null, from });
    expect(written(`Call me.\n\nAnn Example\n${card}`)).toBe('Call me.');
    for (const text of [
      `Call him.\n\nBob Example\n${card}`,
      'Yes.\n\nAnn Example\nhas left. Is it urgent?',
    ]) {
      expect(written(text)).toBe(text);
    }
  });

  test('HTML alone is enough', () => {
    const html = '<p>Yes &amp; soon.</p><blockquote type="cite"><p>Hello</p></blockquote>';
    expect(extractReplyText({ text: '', html })).toBe('Yes & soon.');
  });
});
