import { alternative, mail, multipart } from './build';

/** What people write, as their mail clients send it; `says` is what they wrote, without quote and signature. */
export interface WrittenReply {
  what: string;
  source: Buffer;
  says: string;
}

const ours = 'Hello Ann,\nwould a new site help you?\nMe';
const quoted = ours.replace(/^/gm, '> ');
const answered = { 'In-Reply-To': '<ours@ours.example>', References: '<ours@ours.example>' };

const inTenLanguages: readonly (readonly [string, string, string])[] = [
  ['English', 'Yes, call me on Tuesday.', 'On Mon, Mar 3, 2025 at 9:00 AM Me <me@ours.example> wrote:'],
  [
    'German',
    'Gerne, rufen Sie mich am Dienstag an.',
    'Am Mo., 3. März 2025 um 09:00 Uhr schrieb Me <me@ours.example>:',
  ],
  [
    'French',
    'Avec plaisir, appelez-moi mardi.',
    'Le lun. 3 mars 2025 à 09:00, Me <me@ours.example> a écrit :',
  ],
  [
    'Spanish',
    'Con gusto, llámeme el martes.',
    'El lun, 3 mar 2025 a las 9:00, Me (<me@ours.example>) escribió:',
  ],
  [
    'Italian',
    'Volentieri, mi chiami martedì.',
    'Il giorno lun 3 mar 2025 alle ore 09:00 Me <me@ours.example> ha scritto:',
  ],
  [
    'Portuguese',
    'Claro, ligue-me na terça.',
    'Em seg., 3 de mar. de 2025 às 09:00, Me <me@ours.example> escreveu:',
  ],
  ['Dutch', 'Graag, bel me dinsdag.', 'Op ma 3 mrt 2025 om 09:00 schreef Me <me@ours.example>:'],
  [
    'Polish',
    'Chętnie, proszę dzwonić we wtorek.',
    'pon., 3 mar 2025 o 09:00 Me <me@ours.example> napisał(a):',
  ],
  ['Japanese', '火曜日にお電話ください。', '2025年3月3日(月) 9:00 Me <me@ours.example>:'],
  ['Chinese', '请星期二给我打电话。', 'Me <me@ours.example> 于2025年3月3日周一 09:00写道：'],
];

const outlookHead =
  'From: Me <me@ours.example>\nSent: Monday, March 3, 2025 9:00 AM\nTo: Ann Example <ann@prospect.example>\nSubject: Your new site';

const inEightClients: readonly WrittenReply[] = [
  {
    what: 'Gmail',
    source: alternative(
      answered,
      `Sounds good.\n\nOn Mon, Mar 3, 2025 at 9:00 AM Me With A Rather Long Name\n<me@ours.example> wrote:\n\n${quoted}`,
      '<div dir="ltr">Sounds good.</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon, Mar 3, 2025 at 9:00 AM Me &lt;<a href="mailto:me@ours.example">me@ours.example</a>&gt; wrote:<br></div><blockquote class="gmail_quote" style="margin:0">Hello Ann,<br>would a new site help you?</blockquote></div>',
    ),
    says: 'Sounds good.',
  },
  {
    what: 'Outlook',
    source: alternative(
      { ...answered, 'X-Auto-Response-Suppress': 'DR, OOF, AutoReply' },
      `Sounds good.\n\nKind regards,\nAnn Example\nHead of Sites\n\n${outlookHead}\n\n${ours}`,
      '<div><p class="MsoNormal">Sounds good.</p><p class="MsoNormal">Kind regards,</p><p>Ann Example</p><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b>From:</b> Me &lt;me@ours.example&gt;<br><b>Sent:</b> Monday, March 3, 2025 9:00 AM<br><b>To:</b> Ann<br><b>Subject:</b> Your new site</p></div><p>Hello Ann</p></div>',
    ),
    says: 'Sounds good.',
  },
  {
    what: 'Outlook on the web',
    source: alternative(
      answered,
      `Sounds good.\n________________________________\n${outlookHead}\n\n${ours}`,
      '<div>Sounds good.</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%"><div id="divRplyFwdMsg" dir="ltr"><b>From:</b> Me<br><b>Sent:</b> Monday</div><div>Hello Ann</div>',
    ),
    says: 'Sounds good.',
  },
  {
    what: 'Outlook in German',
    source: mail(
      answered,
      `Klingt gut.\n\nMit freundlichen Grüßen\nAnn Example\n\nVon: Me <me@ours.example>\nGesendet: Montag, 3. März 2025 09:00\nAn: Ann Example\nBetreff: Your new site\n\n${ours}`,
    ),
    says: 'Klingt gut.',
  },
  {
    what: 'Apple Mail',
    source: alternative(
      answered,
      `Sounds good.\n\n> On 3. Mar 2025, at 09:00, Me <me@ours.example> wrote:\n> \n${quoted}`,
      '<html><body>Sounds good.<br><div><blockquote type="cite"><div>On 3. Mar 2025, at 09:00, Me &lt;me@ours.example&gt; wrote:</div><div>Hello Ann,</div></blockquote></div></body></html>',
    ),
    says: 'Sounds good.',
  },
  {
    what: 'iPhone',
    source: mail(
      answered,
      `Sounds good.\n\nSent from my iPhone\n\n> On 3. Mar 2025, at 09:00, Me <me@ours.example> wrote:\n> \n${quoted}`,
    ),
    says: 'Sounds good.',
  },
  {
    what: 'Yahoo',
    source: alternative(
      answered,
      `Sounds good.\n\n    On Monday, March 3, 2025 at 09:00:00 AM GMT+1, Me <me@ours.example> wrote:  \n \n Hello Ann,`,
      '<div>Sounds good.</div><div id="ydp1" class="yahoo_quoted"><div>On Monday, March 3, 2025 at 09:00:00 AM GMT+1, Me &lt;me@ours.example&gt; wrote:</div><div>Hello Ann,</div></div>',
    ),
    says: 'Sounds good.',
  },
  {
    what: 'Thunderbird, between the lines',
    source: mail(
      answered,
      `On 3/3/25 09:00, Me wrote:\n> Hello Ann,\n> would a new site help you?\nYes, it would.\n> Me\nAnn\n-- \nAnn Example\n+49 30 123456`,
    ),
    says: 'Yes, it would.\nAnn',
  },
];

const onesThatMislead: readonly WrittenReply[] = [
  {
    what: 'quotes a bounce',
    source: mail(
      answered,
      "Your colleague's mail came back, see below. Please use this address.\n\n> Subject: Delivery Status Notification (Failure)\n> Final-Recipient: rfc822; bob@prospect.example\n> Action: failed\n> Status: 5.1.1\n> 550 5.1.1 User unknown",
    ),
    says: "Your colleague's mail came back, see below. Please use this address.",
  },
  {
    what: 'pastes a bounce',
    source: mail(
      { ...answered, Subject: 'Fwd: Undelivered Mail Returned to Sender' },
      'Look what I got from your other address.\n\nFinal-Recipient: rfc822; bob@prospect.example\nAction: failed\nStatus: 5.1.1',
    ),
    says: 'Look what I got from your other address.\n\nFinal-Recipient: rfc822; bob@prospect.example\nAction: failed\nStatus: 5.1.1',
  },
  {
    what: 'says "out of office" in passing',
    source: mail(answered, 'I was out of office last week, sorry. Back on Monday. Shall we talk then?'),
    says: 'I was out of office last week, sorry. Back on Monday. Shall we talk then?',
  },
  {
    what: 'answers a mail about absence',
    source: mail(
      { ...answered, Subject: 'Re: Out of office: who answers your customers?' },
      `We do.\n\n${quoted}`,
    ),
    says: 'We do.',
  },
  {
    what: 'comes by a mailing list',
    source: mail(
      {
        ...answered,
        'List-Id': '<sales.prospect.example>',
        Precedence: 'list',
        'List-Unsubscribe': '<mailto:leave@prospect.example>',
      },
      'Interesting, tell us more.\n\nTo unsubscribe from this group, write to leave@prospect.example',
    ),
    says: 'Interesting, tell us more.\n\nTo unsubscribe from this group, write to leave@prospect.example',
  },
  {
    what: 'quotes our opt-out',
    source: mail(
      answered,
      `Tell me more.\n\nOn Mon, Mar 3, 2025 at 9:00 AM Me <me@ours.example> wrote:\n${quoted}\n> Please remove me? Answer "unsubscribe".`,
    ),
    says: 'Tell me more.',
  },
  {
    what: 'speaks of people who unsubscribe',
    source: mail(answered, 'How many unsubscribe from such a list? Please stop by on Friday.'),
    says: 'How many unsubscribe from such a list? Please stop by on Friday.',
  },
  {
    what: 'comes from a postmaster who reads his mail',
    source: mail(
      { ...answered, From: 'postmaster@prospect.example' },
      `Your last mail was rejected by our filter. Please send it again.\n\n${quoted}`,
    ),
    says: 'Your last mail was rejected by our filter. Please send it again.',
  },
  {
    what: 'forwards what came back',
    source: multipart({ ...answered, Subject: 'Fwd: Undelivered Mail Returned to Sender' }, 'mixed', [
      ['Content-Type: text/plain', 'This came back to me, can you help?'],
      [
        'Content-Type: message/rfc822',
        'From: mailer-daemon@mx.example\nSubject: failure notice\n\nUser unknown',
      ],
    ]),
    says: 'This came back to me, can you help?',
  },
  {
    what: 'asks about something that a subject of absence shares words with',
    source: mail({ ...answered, Subject: 'Automated response systems for shops' }, 'How much?'),
    says: 'How much?',
  },
  {
    what: 'says it is not submitted automatically',
    source: mail({ ...answered, 'Auto-Submitted': 'no' }, 'Tell me more.'),
    says: 'Tell me more.',
  },
];

/** Ordinary answers with the words, fields or senders of machines in them. */
const onesLikeMachines: readonly WrittenReply[] = [
  ...[
    'Sorry, your first mail bounced: "550 5.1.1 User unknown". This address works.',
    'My mailbox was full last week, please send it again.',
    'Undeliverable promises are not what we need. Call me.',
    'Bob is out of office until Monday, so I answer for him.',
    'Ich war im Urlaub und melde mich erst jetzt. Passt Dienstag?',
    "J'étais en congés jusqu'à hier. Parlons-en mardi.",
    'Estuve de vacaciones hasta ayer. ¿Hablamos el martes?',
    'Ero in ferie fino a ieri. Ne parliamo martedì?',
    'Estava de férias até ontem. Falamos na terça?',
    'Ik was vorige week afwezig. Dinsdag bellen?',
    'Byłem na urlopie do wczoraj. Proszę dzwonić we wtorek.',
    '先週は休暇をいただいておりました。火曜日はいかがでしょうか。',
    '我上周休假，星期二可以谈吗？',
    'Our unsubscribe rate is 2 percent. Can you do better?',
    'Delivery has failed us before with agencies. What is different about you?',
  ].map((says) => ({ what: says.slice(0, 40), source: mail(answered, `${says}\n\n${quoted}`), says })),
  ...[
    ['bounces@prospect.example', 'Delivery times?'],
    ['admin@prospect.example', 'Re: Loop Alert for your customers'],
    ['postmaster@prospect.example', 'Re: Your new site'],
    ['vacation.rentals@prospect.example', 'Re: Vacation homes'],
    ['ann@prospect.example', 'Delivery failure: who pays?'],
    ['ann@prospect.example', 'Auto: who drives us?'],
  ].map(([From = '', Subject = '']) => ({
    what: `${From}: ${Subject}`,
    source: mail({ ...answered, From, Subject }, `Yes, tell me more.\n\n${quoted}`),
    says: 'Yes, tell me more.',
  })),
];

export const writtenReplies: readonly WrittenReply[] = [
  ...inTenLanguages.map(([what, says, attribution]) => ({
    what,
    source: mail(answered, `${says}\n\n${attribution}\n\n${quoted}`),
    says,
  })),
  ...inEightClients,
  ...onesThatMislead,
  ...onesLikeMachines,
];
