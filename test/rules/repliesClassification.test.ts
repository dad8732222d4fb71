import { classify, ReceivedKind } from '../../src/replies/classifying/classification';
import { parseMail } from '../../src/replies/reading/mime';
import { deliveryReport, mail, multipart } from './mail/build';

const { AUTO_REPLY, BOUNCE, COMPLAINT, DELAY, OTHER, OUT_OF_OFFICE, REPLY, SENDING_REFUSED, UNSUBSCRIBE } =
  ReceivedKind;

const ann = 'Final-Recipient: rfc822; ann@prospect.example';
const unknownUser = `${ann}\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 <ann@prospect.example>: User unknown`;
const daemon = { From: 'MAILER-DAEMON@mx.example (Mail Delivery System)', 'Return-Path': '<>' };
const copy =
  'Received: from ours.example\nMessage-ID: <ours@ours.example>\nTo: ann@prospect.example\nSubject: Unsubscribe';

const rules: readonly (readonly [ReceivedKind, string, string, Buffer])[] = [
  [
    SENDING_REFUSED,
    'gmail-limit-reached',
    'the daily limit',
    deliveryReport(
      {},
      'You have reached a limit for sending mail. Your message was not sent.',
      `${ann}\nAction: failed\nStatus: 5.4.5`,
    ),
  ],
  [
    SENDING_REFUSED,
    'gmail-limit-reached',
    'the daily limit, in words only',
    mail(
      { From: 'mailer-daemon@googlemail.com', Subject: 'Delivery Status Notification (Failure)' },
      'You have reached a limit for sending mail. Your message was not sent.',
    ),
  ],
  ...[
    'Sie haben ein Limit für das Senden von E-Mails erreicht.',
    "Vous avez atteint une limite d'envoi de messages.",
    'Has alcanzado un límite para enviar correo.',
    "Hai raggiunto un limite per l'invio di email.",
    'Você atingiu um limite de envio de e-mails.',
  ].map(
    (words) =>
      [
        SENDING_REFUSED,
        'gmail-limit-reached',
        words,
        mail(
          { From: 'mailer-daemon@googlemail.com', Subject: 'Delivery Status Notification (Failure)' },
          words,
        ),
      ] as const,
  ),
  [
    SENDING_REFUSED,
    'gmail-message-blocked',
    'a blocked message',
    deliveryReport(
      {},
      '** Message blocked **\n\nYour message to ann@prospect.example has been blocked.',
      `${ann}\nAction: failed\nStatus: 5.7.1\nDiagnostic-Code: smtp; Message rejected. For more information, go to https://support.google.com/mail/answer/69585`,
    ),
  ],
  [
    SENDING_REFUSED,
    'gmail-message-blocked',
    'a blocked message in Indonesian',
    deliveryReport(
      {},
      '** Pesan diblokir **',
      `${ann}\nAction: failed\nStatus: 5.7.1\nDiagnostic-Code: smtp; Message rejected. For more information, go to https://support.google.com/mail/answer/69585`,
    ),
  ],
  [
    COMPLAINT,
    'feedback-report',
    'somebody pressed "spam"',
    multipart({ From: 'fbl@yahoo.example' }, 'report; report-type=feedback-report', [
      ['Content-Type: text/plain', 'This is an abuse report'],
      ['Content-Type: message/feedback-report', 'Feedback-Type: abuse\nUser-Agent: X/1'],
      ['Content-Type: message/rfc822', copy],
    ]),
  ],
  [
    BOUNCE,
    'delivery-status-failed',
    'an unknown user',
    deliveryReport({}, '** Address not found **', unknownUser),
  ],
  [
    BOUNCE,
    'delivery-status-failed',
    'one failed of two',
    deliveryReport(
      {},
      '',
      'Final-Recipient: rfc822; bob@prospect.example\nAction: delayed\nStatus: 4.4.1',
      unknownUser,
    ),
  ],
  [
    BOUNCE,
    'delivery-status-failed',
    "Gmail's final failure with a status of class 4",
    deliveryReport({}, '', `${ann}\nAction: failed\nStatus: 4.4.1\nDiagnostic-Code: smtp; timed out`),
  ],
  [
    BOUNCE,
    'delivery-status-failed',
    'type names in upper case',
    multipart({ From: 'postmaster@mx.example' }, 'REPORT; REPORT-TYPE=DELIVERY-STATUS', [
      ['CONTENT-TYPE: TEXT/PLAIN', 'failed'],
      ['CONTENT-TYPE: MESSAGE/DELIVERY-STATUS', `Reporting-MTA: dns; mx\n\n${unknownUser}`],
    ]),
  ],
  [
    DELAY,
    'delivery-status-delayed',
    'a delay',
    deliveryReport(
      { Subject: 'Delivery Status Notification (Delay)' },
      'Delivery incomplete',
      `${ann}\nAction: delayed\nStatus: 4.4.1`,
    ),
  ],
  [
    OTHER,
    'delivery-status-success',
    'a delivery that went well',
    deliveryReport({}, '', `${ann}\nAction: delivered\nStatus: 2.0.0`),
  ],
  [
    DELAY,
    'delay-in-words',
    'a delay in words',
    mail(
      { ...daemon, Subject: 'Warning: message 1a2b delayed 24 hours' },
      'Your message has not yet been delivered.\n\n  ann@prospect.example\n    Delay reason: 450 try again',
    ),
  ],
  [
    BOUNCE,
    'failed-recipients-header',
    "Exim's notice",
    mail(
      { ...daemon, Subject: 'Mail delivery failed', 'X-Failed-Recipients': 'ann@prospect.example' },
      'could not be delivered:\n\n  ann@prospect.example\n    550 5.1.1 User unknown',
    ),
  ],
  [
    BOUNCE,
    'failure-in-words',
    "qmail's notice",
    mail(
      { ...daemon, Subject: 'failure notice' },
      `I wasn't able to deliver your message.\n\n<ann@prospect.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\n${copy}`,
    ),
  ],
  [
    BOUNCE,
    'failure-in-words',
    'a German notice',
    mail(
      { ...daemon, Subject: 'Unzustellbar: Your new site' },
      'Ihre Nachricht an ann@prospect.example konnte nicht zugestellt werden. 550 5.1.1',
    ),
  ],
  [
    BOUNCE,
    'failure-in-words',
    "Dovecot's refusal in the form of a receipt",
    multipart(
      { ...daemon, Subject: 'Automatically rejected mail', 'Auto-Submitted': 'auto-replied (rejected)' },
      'report; report-type=disposition-notification',
      [
        [
          'Content-Type: text/plain',
          'Your message to <ann@prospect.example> was automatically rejected:\nQuota exceeded',
        ],
        [
          'Content-Type: message/disposition-notification',
          'Final-Recipient: rfc822; ann@prospect.example\nDisposition: automatic-action/MDN-sent-automatically; deleted',
        ],
      ],
    ),
  ],
  [
    DELAY,
    'delay-in-words',
    'a postponed delivery',
    mail(
      { ...daemon, Subject: 'Mail Delivery Warning' },
      'Delivery to\n"ann@prospect.example"\nhas been postponed. We will continue to try to deliver it.',
    ),
  ],
  [
    OTHER,
    'read-receipt',
    'a read receipt',
    multipart({ Subject: 'Read: Your new site' }, 'report; report-type=disposition-notification', [
      ['Content-Type: text/plain', 'Your message was read.'],
    ]),
  ],
  [
    OUT_OF_OFFICE,
    'away-by-subject',
    'an absence in the subject',
    mail({ Subject: 'Out of Office: Your new site' }, 'I am away.'),
  ],
  [
    OUT_OF_OFFICE,
    'away-by-words',
    "Exchange's automatic reply",
    mail(
      { Subject: 'Automatic reply: Your new site', 'Auto-Submitted': 'auto-generated' },
      'I am on annual leave and will be back on 17 March.',
    ),
  ],
  [
    OUT_OF_OFFICE,
    'away-by-subject',
    "Notes' agent",
    mail(
      { Subject: 'AUTO: Example, Ann is out of the office. (returning 17/03/2025)' },
      'I am out of the office until 17/03/2025.',
    ),
  ],
  [
    OUT_OF_OFFICE,
    'away-by-words',
    "Gmail's vacation responder",
    mail(
      { 'Auto-Submitted': 'auto-replied', Precedence: 'bulk', 'X-Autoreply': 'yes' },
      'Ich bin im Urlaub.',
    ),
  ],
  [
    AUTO_REPLY,
    'automatic-by-header',
    'RFC 3834',
    mail({ 'Auto-Submitted': 'auto-replied' }, 'We received your request. Ticket 17.'),
  ],
  [
    AUTO_REPLY,
    'automatic-by-header',
    'X-Autoreply',
    mail({ 'X-Autoreply': 'yes' }, 'We received your request.'),
  ],
  [
    AUTO_REPLY,
    'automatic-by-header',
    'Precedence',
    mail({ Precedence: 'auto_reply' }, 'We received your request.'),
  ],
  [
    AUTO_REPLY,
    'automatic-by-header',
    'a null return path with a precedence',
    mail(
      { 'Return-Path': '<>', Precedence: 'bulk', Subject: 'Thank you for your e-mail' },
      'I will reply as soon as possible.',
    ),
  ],
  [
    AUTO_REPLY,
    'automatic-by-subject',
    'a subject in brackets',
    mail({ Subject: '[Automatyczna odpowiedź] Your new site' }, 'Dziękujemy za wiadomość.'),
  ],
  [
    AUTO_REPLY,
    'automatic-by-subject',
    'a subject',
    mail({ Subject: 'Réponse automatique : Your new site' }, 'Nous avons reçu votre message.'),
  ],
  [
    AUTO_REPLY,
    'automatic-by-sender',
    'a sender that nobody reads',
    mail({ From: 'no-reply@prospect.example' }, 'Ticket 17 was opened.'),
  ],
  ...[
    '',
    'This message was automatically generated by Gmail.',
    'Apple Mail sent this email to unsubscribe from the message “Your new site”.',
    'Sent from my iPhone',
    'unsubscribe',
  ].map(
    (body) =>
      [
        UNSUBSCRIBE,
        'unsubscribes-by-mail',
        `List-Unsubscribe by mail, ${body || 'empty'}`,
        mail({ Subject: 'unsubscribe' }, body),
      ] as const,
  ),
  [
    UNSUBSCRIBE,
    'unsubscribes-by-mail',
    'List-Unsubscribe by a machine',
    mail({ Subject: 'Unsubscribe', 'Auto-Submitted': 'auto-generated' }, 'Sent on behalf of ann@p.example'),
  ],
  [
    REPLY,
    'written-by-a-person',
    'a long mail under such a subject',
    mail(
      { Subject: 'Unsubscribe' },
      'How do your customers do that? We would like to know more. '.repeat(10),
    ),
  ],
  [
    REPLY,
    'written-by-a-person',
    'a null return path alone',
    mail({ 'Return-Path': '<>' }, 'Sounds good, call me.'),
  ],
];

describe('a rule for each kind', () => {
  test.each(rules)('%s by %s: %s', async (kind, rule, _, source) => {
    expect(classify(await parseMail(source))).toMatchObject({ kind, rule });
  });
});

describe('requests to be left alone', () => {
  test.each([
    'Unsubscribe',
    'unsubscribe me please',
    'Please remove me from your list.',
    'Not interested. Please take me off your mailing list, thanks',
    'STOP',
    '"unsubscribe"',
    '“Unsubscribe”.',
    'Unsubscribe\n\nSent from my iPhone',
    'Stop emailing me!',
    "Don't contact me again.",
    'Hi, please remove me.',
    'Opt-out please',
    'No more emails, please.',
    'Leave me alone!',
    'Kein Interesse, bitte nicht mehr anschreiben.',
    'Vi prego di cancellarmi dalla lista.',
    'Não quero receber mais e-mails.',
    'Gelieve mij te verwijderen uit uw lijst.',
    'Прошу удалить меня из рассылки',
    '请把我从名单中删除',
    'Bitte nehmen Sie mich aus dem Verteiler.',
    'Bitte keine weiteren E-Mails.',
    'Bitte abmelden',
    'Merci de me désinscrire.',
    'Désabonnez-moi',
    'Merci de ne plus me contacter.',
    'Por favor, elimíneme de su lista.',
    'Please cease all communication with this address.',
    'I no longer wish to receive your emails.',
    'I would like to be removed from your mailing list.',
    'We are not interested, please remove us from your mailing list.',
    'Please take this email address off your list.',
    'Under GDPR I ask you to delete all my personal data.',
    'Bitte von weiteren Mails absehen.',
    'Favor remover meu contato da lista.',
    'Gelieve mij uit te schrijven.',
    'Proszę o wykreślenie z listy mailingowej.',
    'Je ne souhaite plus recevoir vos mails.',
    'No deseo recibir más correos.',
    'Ik wil geen mails meer ontvangen.',
    'Proszę mnie wypisać z listy.',
    'Nie życzę sobie więcej takich maili.',
    'Не хочу больше получать ваши письма.',
    'Lütfen beni listeden çıkarın.',
    'Bana bir daha mail göndermeyin.',
    'Quiero darme de baja',
    'No me escriban más.',
    'Cancellatemi dalla lista.',
    'Non scrivetemi più.',
    'Por favor, remova meu e-mail da lista.',
    'Não me enviem mais e-mails.',
    'Graag uitschrijven',
    'Verwijder mij van de lijst.',
    'Proszę o wypisanie z listy.',
    'Proszę nie pisać do mnie.',
    'Отпишите меня',
    '配信停止をお願いします',
    '退订',
    '请不要再给我发邮件',
  ])('%s', async (text) => {
    const seen = classify(
      await parseMail(mail({ 'In-Reply-To': '<ours@ours.example>' }, `${text}\n\n> Hello Ann,`)),
    );
    expect(seen).toMatchObject({ kind: UNSUBSCRIBE, rule: 'asks-to-be-removed' });
  });
});

describe('whom a report is about', () => {
  const failureOf = async (...groups: string[]) =>
    classify(await parseMail(deliveryReport({}, '', ...groups))).failures;

  test.each([
    ['550 5.1.1 User unknown', '5.1.1', true],
    ['550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found', '5.1.10', true],
    ['550-5.1.1 The email account that you tried to reach does not exist.', '5.1.1', true],
    ['550 5.4.4 Invalid domain', '5.4.4', true],
    ['550 5.2.2 <ann@prospect.example>... Mailbox full', '5.2.2', false],
    ["552-5.2.2 The recipient's inbox is out of storage space", '5.2.2', false],
    ['550-5.2.1 The email account that you tried to reach is disabled.', '5.2.1', false],
    ['550 5.7.1 Message rejected due to DMARC policy; recipient address rejected', '5.7.1', false],
    ['550 5.7.606 Access denied, banned sending IP', '5.7.606', false],
    ['554 5.7.1 <x>: Relay access denied', '5.7.1', false],
    ['550 5.1.8 Sender address rejected: Domain not found', '5.1.8', false],
    ['451 4.4.1 connect to prospect.example: Connection timed out', '4.4.1', false],
    ['552 5.3.4 Message size exceeds fixed limit', '5.3.4', false],
  ])('%s', async (diagnostic, status, deadAddress) => {
    expect(
      await failureOf(`${ann}\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; ${diagnostic}`),
    ).toEqual([
      {
        recipient: 'ann@prospect.example',
        action: 'failed',
        permanent: true,
        status,
        deadAddress,
        diagnostic: expect.stringContaining(diagnostic.slice(0, 20)),
      },
    ]);
  });

  test('a delay condemns nobody', async () => {
    expect(await failureOf(unknownUser.replace('failed', 'delayed'))).toMatchObject([
      { permanent: false, deadAddress: false },
    ]);
  });

  test('the address that was written to is named, not the one it was forwarded to', async () => {
    expect(
      await failureOf(
        `Original-Recipient: rfc822; ann@prospect.example\n${unknownUser.replace('ann@', 'inner@')}`,
      ),
    ).toMatchObject([{ recipient: 'ann@prospect.example' }]);
  });

  test('nor the one that sendmail delivered to', async () => {
    expect(
      await failureOf(`${unknownUser}\nX-Actual-Recipient: rfc822; inner@elsewhere.example`),
    ).toMatchObject([{ recipient: 'ann@prospect.example' }]);
  });

  test('what a scanner adds below is no reason', async () => {
    const words =
      'Delivery failed.\n\n____\nThis email has been scanned for all viruses and offensive content by X.';
    const source = deliveryReport({}, words, `${ann}\nAction: failed\nStatus: 5.1.1`);
    expect(classify(await parseMail(source)).failures).toMatchObject([{ deadAddress: true }]);
  });

  test('several of them, each with its own reason', async () => {
    expect(
      await failureOf(
        unknownUser,
        'Final-Recipient: rfc822; bob@prospect.example\nAction: failed\nStatus: 5.2.2',
      ),
    ).toMatchObject([
      { recipient: 'ann@prospect.example', deadAddress: true },
      { recipient: 'bob@prospect.example', deadAddress: false },
    ]);
  });
});
