import { alternative, mail } from './build';
import type { WrittenReply } from './replies';

/** What the mail programs of one language put around what their users write. */
interface Phrases {
  language: string;
  says: string;
  /** Gmail's line over a quote. */
  attribution: string;
  /** Over the mail that Outlook pastes: from, sent, to, subject. */
  labels: readonly [string, string, string, string];
  regards: string;
  device: string;
}

const me = 'Me <me@ours.example>';

const PHRASES: readonly Phrases[] = [
  {
    ...{
      language: 'English',
      says: 'Yes, call me on Tuesday.',
      regards: 'Kind regards,',
      device: 'Sent from my iPhone',
    },
    attribution: `On Mon, Mar 3, 2025 at 9:00 AM ${me} wrote:`,
    labels: ['From', 'Sent', 'To', 'Subject'],
  },
  {
    ...{
      language: 'German',
      says: 'Gerne, rufen Sie mich am Dienstag an.',
      regards: 'Mit freundlichen Grüßen',
    },
    ...{
      attribution: `Am Mo., 3. März 2025 um 09:00 Uhr schrieb ${me}:`,
      device: 'Von meinem iPhone gesendet',
    },
    labels: ['Von', 'Gesendet', 'An', 'Betreff'],
  },
  {
    language: 'French',
    says: 'Avec plaisir, appelez-moi mardi.',
    regards: 'Cordialement,',
    attribution: `Le lun. 3 mars 2025 à 09:00, ${me} a écrit :`,
    device: 'Envoyé de mon iPhone',
    labels: ['De', 'Envoyé', 'À', 'Objet'],
  },
  {
    language: 'Spanish',
    says: 'Con gusto, llámeme el martes.',
    regards: 'Saludos cordiales,',
    attribution: `El lun, 3 mar 2025 a las 9:00, ${me} escribió:`,
    device: 'Enviado desde mi iPhone',
    labels: ['De', 'Enviado el', 'Para', 'Asunto'],
  },
  {
    language: 'Italian',
    says: 'Volentieri, mi chiami martedì.',
    regards: 'Cordiali saluti,',
    ...{
      attribution: `Il giorno lun 3 mar 2025 alle ore 09:00 ${me} ha scritto:`,
      device: 'Inviato da iPhone',
    },
    labels: ['Da', 'Inviato', 'A', 'Oggetto'],
  },
  {
    language: 'Portuguese',
    says: 'Claro, ligue-me na terça.',
    regards: 'Atenciosamente,',
    ...{
      attribution: `Em seg., 3 de mar. de 2025 às 09:00, ${me} escreveu:`,
      device: 'Enviado do meu iPhone',
    },
    labels: ['De', 'Enviado em', 'Para', 'Assunto'],
  },
  {
    language: 'Dutch',
    says: 'Graag, bel me dinsdag.',
    regards: 'Met vriendelijke groet,',
    attribution: `Op ma 3 mrt 2025 om 09:00 schreef ${me}:`,
    device: 'Verstuurd vanaf mijn iPhone',
    labels: ['Van', 'Verzonden', 'Aan', 'Onderwerp'],
  },
  {
    language: 'Polish',
    says: 'Chętnie, proszę dzwonić we wtorek.',
    regards: 'Pozdrawiam,',
    attribution: `pon., 3 mar 2025 o 09:00 ${me} napisał(a):`,
    device: 'Wysłane z iPhone’a',
    labels: ['Od', 'Wysłano', 'Do', 'Temat'],
  },
  {
    language: 'Japanese',
    says: '火曜日にお電話ください。',
    regards: 'よろしくお願いいたします。',
    attribution: `2025年3月3日(月) 9:00 ${me}:`,
    device: 'iPhoneから送信',
    labels: ['差出人', '送信日時', '宛先', '件名'],
  },
  {
    language: 'Chinese',
    says: '请星期二给我打电话。',
    regards: '此致',
    attribution: `${me} 于2025年3月3日周一 09:00写道：`,
    device: '发自我的iPhone',
    labels: ['发件人', '发送时间', '收件人', '主题'],
  },
];

const answered = { 'In-Reply-To': '<ours@ours.example>', References: '<ours@ours.example>' };
const ours = 'Hello Ann,\nwould a new site help you?\nMe';
const quoted = ours.replace(/^/gm, '> ');

const escapeHtml = (text: string) => text.replace(/</g, '&lt;').replace(/>/g, '&gt;');
const lines = (text: string) => text.split('\n').join('<br>');

/** The block that Outlook puts over a mail that it pastes. */
function headOf({ labels: [from, sent, to, subject] }: Phrases): string {
  return `${from}: ${me}\n${sent}: 2025-03-03 09:00\n${to}: Ann Example <ann@prospect.example>\n${subject}: Your new site`;
}

/** Each client's own way to put a mail below an answer. */
const CLIENTS: Readonly<Record<string, (phrases: Phrases) => Buffer>> = {
  Gmail: ({ says, attribution }) =>
    alternative(
      answered,
      `${says}\n\n${attribution}\n\n${quoted}`,
      `<div dir="ltr">${says}</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">${escapeHtml(attribution)}<br></div><blockquote class="gmail_quote">${lines(ours)}</blockquote></div>`,
    ),
  'Gmail for Android': ({ says, attribution }) =>
    alternative(
      answered,
      `${says}\n\n${attribution}\n\n${quoted}`,
      `<div dir="auto">${says}</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">${escapeHtml(attribution)}<br></div><blockquote class="gmail_quote">${lines(ours)}</blockquote></div>`,
    ),
  Outlook: (phrases) =>
    mail(
      { ...answered, 'X-Auto-Response-Suppress': 'DR, OOF, AutoReply' },
      `${phrases.says}\n\n${phrases.regards}\nAnn Example\n+49 30 123456\n\n${headOf(phrases)}\n\n${ours}`,
    ),
  'Outlook on the web': (phrases) =>
    alternative(
      answered,
      `${phrases.says}\n________________________________\n${headOf(phrases)}\n\n${ours}`,
      `<div>${phrases.says}</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg">${lines(escapeHtml(headOf(phrases)))}</div><div>${lines(ours)}</div>`,
    ),
  'Apple Mail': ({ says, attribution }) =>
    alternative(
      answered,
      `${says}\n\n> ${attribution}\n> \n${quoted}`,
      `<html><body>${says}<br><div><blockquote type="cite"><div>${escapeHtml(attribution)}</div><div>${lines(ours)}</div></blockquote></div></body></html>`,
    ),
  iPhone: ({ says, attribution, device }) =>
    mail(answered, `${says}\n\n${device}\n\n> ${attribution}\n> \n> \ufeff${ours.replace(/\n/g, '\n> ')}`),
  Yahoo: ({ says, attribution }) =>
    alternative(
      answered,
      `${says}\n\n    ${attribution}  \n \n ${ours.replace(/\n/g, '\n ')}`,
      `<div>${says}</div><div id="ydp1" class="yahoo_quoted"><div>${escapeHtml(attribution)}</div><div>${lines(ours)}</div></div>`,
    ),
  Thunderbird: ({ says, attribution }) =>
    mail(answered, `${attribution}\n${quoted}\n\n${says}\n\n-- \nAnn Example\n+49 30 123456`),
};

/** Ten languages in eight clients. */
export const replyShapes: readonly WrittenReply[] = PHRASES.flatMap((phrases) =>
  Object.entries(CLIENTS).map(([client, write]) => ({
    what: `${client} in ${phrases.language}`,
    source: write(phrases),
    says: phrases.says,
  })),
);
