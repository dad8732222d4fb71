import { classify, ReceivedKind } from '../../src/replies/classifying/classification';
import { parseMail } from '../../src/replies/reading/mime';
import { deliveryReport, mail } from './mail/build';
import { noticesOfServers } from './mail/notices';
import { noticesOfGateways } from './mail/noticesOfGateways';
import { noticesOfProviders } from './mail/noticesOfProviders';
import { ofDeadAddresses, ofLivingAddresses } from './mail/refusals';

/** What mail systems of all kinds say, and whether it is the end of an address. */

const refusals = [
  ...ofDeadAddresses.map((refusal) => [...refusal, true] as const),
  ...ofLivingAddresses.map((refusal) => [...refusal, false] as const),
];

test.each(refusals)('%s %s: dead is %s', async (status, words, deadAddress) => {
  const group = `Final-Recipient: rfc822; ann@p.example\nAction: failed\nStatus: ${status || '5.0.0'}\nDiagnostic-Code: smtp; ${words}`;
  const { kind, failures } = classify(await parseMail(deliveryReport({}, 'It failed.', group)));
  expect({ kind, failures }).toMatchObject({
    kind: expect.stringMatching(/BOUNCE|SENDING_REFUSED/),
    failures: [{ recipient: 'ann@p.example', deadAddress }],
  });
});

test.each([...noticesOfServers, ...noticesOfProviders, ...noticesOfGateways])(
  '$what',
  async ({ from, subject, words, dead: deadAddress }) => {
    const source = mail({ 'Return-Path': '<>', From: from, Subject: subject }, words);
    expect(classify(await parseMail(source))).toMatchObject({
      kind: ReceivedKind.BOUNCE,
      failures: [{ recipient: 'ann@p.example', deadAddress }],
    });
  },
);

describe('what Amazon SES tells through SNS', () => {
  const bounce = {
    notificationType: 'Bounce',
    bounce: {
      bounceType: 'Permanent',
      bouncedRecipients: [
        {
          emailAddress: 'ann@p.example',
          action: 'failed',
          status: '5.1.1',
          diagnosticCode: 'smtp; 550 5.1.1 user unknown',
        },
      ],
    },
  };
  const kindOf = async (told: unknown) =>
    classify(
      await parseMail(
        mail({ From: 'no-reply@sns.amazonaws.com' }, `${JSON.stringify(told)}\n\n--\nTo stop, click.`),
      ),
    );

  test('a bounce, alone or in the envelope', async () => {
    for (const told of [bounce, { Type: 'Notification', Message: JSON.stringify(bounce) }]) {
      expect(await kindOf(told)).toMatchObject({
        kind: ReceivedKind.BOUNCE,
        failures: [{ recipient: 'ann@p.example', status: '5.1.1', deadAddress: true }],
      });
    }
  });

  test('a complaint, a delivery, and what is neither', async () => {
    expect(await kindOf({ notificationType: 'Complaint', complaint: {} })).toMatchObject({
      kind: 'COMPLAINT',
    });
    const delivery = { recipients: ['ann@p.example'] };
    expect(await kindOf({ eventType: 'Delivery', delivery })).toMatchObject({ kind: 'OTHER' });
    for (const told of [
      {},
      { Message: '{' },
      { notificationType: 'Bounce', bounce: [7] },
      { Message: 'null' },
    ]) {
      expect((await kindOf(told)).failures.filter(({ deadAddress }) => deadAddress)).toEqual([]);
    }
  });
});
