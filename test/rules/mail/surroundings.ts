/** What mail programs and people put around the words of an answer; each is met in the wild in this shape. */

const me = 'Me <me@ours.example>';

/** Lines over a quote, in the spellings of webmail, telephones and desktops. */
const attributions: readonly string[] = [
  `On Mon, Mar 3, 2025 at 9:00 AM Me <me@ours.example<mailto:me@ours.example>> wrote:`,
  `On Mar 3, 2025, at 9:00 AM, Me via Sales\n<sales@ours.example> wrote:`,
  'On 2025/03/03 9:00, Me wrote:',
  'Am 03.03.25 um 09:00 schrieb Me:',
  `Am Montag, 3. März 2025, 09:00:00 MEZ hat Me\n<me@ours.example> Folgendes geschrieben:`,
  'Am Mo., 3. März 2025 um 09:00 Uhr schrieb Me <me@ours.example\n>:',
  'Me schrieb am 03.03.2025 um 09:00:',
  `Le lun. 3 mars 2025, 09:00, ${me} a\nécrit :`,
  `El lunes, 3 de marzo de 2025, 09:00:00 CET, ${me} escribió:`,
  `In data 3 marzo 2025 21:11:31 "Me" <me@ours.example> ha scritto:`,
  `A segunda, 3/03/2025, 09:00, ${me} escreveu:`,
  `Op 3 mrt. 2025 om 09:00 heeft ${me} het volgende geschreven:`,
  `Wiadomość napisana przez ${me} w dniu 3 mar 2025, o godz. 09:00:`,
  'W dniu 3.03.2025 o 09:00, Me pisze:',
  `2025/03/03 9:00、${me}のメール:`,
  '2025/03/03 9:00、Me wrote:',
  `2025年3月3日月曜日 9:00:00 JST、${me}さんは書きました:`,
  `${me}于2025年3月3日 周一上午9:00写道：`,
  `在2025-03-03 09:00:00，"Me" <me@ours.example> 写道：`,
  `пн, 3 мар. 2025 г. в 09:00, ${me}:`,
];

/** Lines over an original without marks. */
const linesOverOriginals: readonly string[] = [
  ...attributions,
  `---- On Mon, 03 Mar 2025 09:00:00 +0100 ${me} wrote ---`,
  '‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐',
  '------------------ 原始邮件 ------------------',
  '-------- Oprindelig besked --------',
  '-----Original-Nachricht-----',
  '-------- Origineel bericht --------',
  ...[
    ['发件人', '发送时间', '收件人', '主题'],
    ['寄件人', '日期', '收件人', '主題'],
    ['差出人', '日付', '宛先', '件名'],
  ].map(
    ([from, sent, to, subject]) => `${from}：Me\n${sent}：2025-03-03\n${to}：Ann\n${subject}：Your new site`,
  ),
  '________________________________\nFra: Me\nSendt: 3. marts 2025\nTil: Ann\nEmne: Your new site',
];

/** What an app adds of its own. */
const linesOfDevices: readonly string[] = [
  'Sent from mobile',
  'Sent from a mobile device, please excuse typos',
  '(Sent from my mobile)',
  'Sent with [Proton Mail](https://proton.me/) secure email.',
  'Yahoo Mail: Search, Organize, Conquer',
  'Outlook für iOS beziehen',
  'Obtenir Outlook pour iOS',
  'Uzyskaj aplikację Outlook dla systemu iOS',
  'Android 版 Outlook を入手する',
  '来自我的华为手机',
  'iPhone’umdan gönderildi',
];

/** How people take their leave; a name and a telephone number stand below. */
const leaves: readonly string[] = [
  'Cheers 🎉',
  'Thanks & regards',
  'Mit freundlichen Grüssen',
  'Danke und Gruß',
  'Schöne Grüße aus Berlin',
  'Meilleures salutations',
  'Cdt',
  'Atte.',
  'Un cordiale saluto',
  'Um abraço,',
  'Serdecznie pozdrawiam,',
  '以上、よろしくお願いいたします。',
  '此致\n敬礼',
  'Saygılarımla,',
  'Med venlig hilsen',
  'İyi çalışmalar,',
];

/** What was written in each of the answers below. */
export const saidThere = 'Yes.\nCall me.';

const original = 'Hello Ann,\n\nwould a new site help you?';
const quoted = original.replace(/^/gm, '> ');
const card = 'Ann Example\nHead of Sites\n+49 30 123456';

/** Answers in plain text, with each of these around them. */
export const answersInText: readonly (readonly [what: string, text: string])[] = [
  ...attributions.map((line) => [line, `${saidThere}\n\n${line}\n\n${quoted}`] as const),
  ...linesOverOriginals.map(
    (line) => [`${line} (unmarked)`, `${saidThere}\n\n${line}\n\n${original}`] as const,
  ),
  ...linesOfDevices.map((line) => [line, `${saidThere}\n\n${line}\n\n${quoted}`] as const),
  ...leaves.map((line) => [line, `${saidThere}\n\n${line}\n${card}`] as const),
  ['Best, Ann Example', `${saidThere}\n\nBest, Ann Example`],
  [
    'a disclaimer',
    `${saidThere}\n\nBest regards,\nAnn\n\nThis email and any files in it are confidential and intended solely for the addressee. If it is not for you, delete it.`,
  ],
  ['a card under a rule', `${saidThere}\n\n-----\nAnn Example\nP Ltd.\nwww.p.example`],
];

const ours = '<p>Hello Ann,</p><p>would a new site help you?</p>';
const head = '<b>From:</b> Me<br><b>Sent:</b> Monday<br><b>To:</b> Ann<br><b>Subject:</b> Your new site';

/** The same answer in the HTML of more programs. */
export const answersInHtml: Readonly<Record<string, string>> = {
  'Gmail, below the quote': `<div><div class="gmail_attr">On Mon, Mar 3, 2025 at 9:00 AM Me &lt;me@ours.example&gt; wrote:<br></div><blockquote class="gmail_quote">${ours}</blockquote></div><div>Yes.</div><div>Call me.</div>`,
  'Thunderbird, below the quote': `Am 03.03.2025 09:00, schrieb Me:<br><blockquote type="cite">${ours}</blockquote>Yes.<br>Call me.`,
  'Gmail, forwarding': `<div>Yes.<br>Call me.<br><br><div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>From: Me<br></div>${ours}</div></div>`,
  'Outlook on the web, signed': `<div>Yes.</div><div>Call me.</div><div id="Signature"><p>Ann Example</p></div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg">${head}</div>${ours}`,
  'Outlook for iOS, passed on': `<div>Yes.<br>Call me.</div><div id="x_ms-outlook-mobile-signature">Ann</div><hr><div id="x_divRplyFwdMsg">${head}</div>${ours}`,
  'iPhone, in two quotes': `<div>Yes.<br>Call me.</div><div>Sent from my iPhone</div><div><blockquote type="cite">On 3. Mar 2025, at 09:00, Me &lt;me@ours.example&gt; wrote:<br></blockquote></div><blockquote type="cite">${ours}</blockquote>`,
  'Samsung, whose text has no lines': `<div>Yes.</div><div>Call me.</div><div id="composer_signature">Sent from my Galaxy</div><div>-------- Original message --------</div><div>From: Me</div>${ours}`,
  'Yahoo on Android': `Yes.<br>Call me.<br><div id="ymail_android_signature"><a href="https://x.example">Yahoo Mail</a></div><blockquote style="margin: 0"><div>On Mon, Mar 3, 2025 at 9:00 AM, Me</div><div>&lt;me@ours.example&gt; wrote:</div>${ours}</blockquote>`,
  QQ: `<div>Yes.</div><div>Call me.</div><div>------------------&nbsp;原始邮件&nbsp;------------------</div>${ours}`,
  Zimbra: `<div>Yes.<br>Call me.</div><hr id="zwchr"><div>${head}</div>${ours}`,
  Spark: `<div name="messageBodySection">Yes.<br>Call me.</div><div name="messageSignatureSection">Ann</div><div name="messageReplySection">On 3 Mar 2025, 9:00 +0100, Me &lt;me@ours.example&gt;, wrote:<br><blockquote type="cite">${ours}</blockquote></div>`,
  'GMX, without a mark': `<div>Yes.</div><div>Call me.</div><div style="border-left:2px solid"><div><b>Gesendet:</b>&nbsp;Montag<br><b>Von:</b>&nbsp;Me<br><b>An:</b>&nbsp;Ann<br><b>Betreff:</b>&nbsp;x</div>${ours}</div>`,
  '163, without a mark': `<div>Yes.<br>Call me.</div><pre>At 2025-03-03 09:00:00, "Me" &lt;me@ours.example&gt; wrote:</pre><blockquote id="isReplyContent">${ours}</blockquote>`,
};
