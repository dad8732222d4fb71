import { isOptOutByMail } from '../classifying/optOut';
import { messageIds } from '../reading/headers';
import type { MailHeads, ParsedMail } from '../reading/mime';
import { splitNotice } from '../reading/notice';

/** How a received mail was tied to what we sent, strongest first. */
export enum MatchedBy {
  MESSAGE_ID = 'MESSAGE_ID',
  GMAIL_THREAD = 'GMAIL_THREAD',
  SENDER_ADDRESS = 'SENDER_ADDRESS',
  SENDER_DOMAIN = 'SENDER_DOMAIN',
  BOUNCE_REPORT = 'BOUNCE_REPORT',
  NONE = 'NONE',
}

// A thread of years; what is asked of the database stays small.
const MOST_IDS = 100;

/**
 * The ids that a mail says it answers or reports on, as `<id>`, each once, the likeliest first: In-Reply-To, then
 * References from the nearest parent back (RFC 5322 §3.6.4), then the one that our List-Unsubscribe put into the subject,
 * then, for reports, the id of what came back.
 */
export function referencedMessageIds(mail: MailHeads | ParsedMail): string[] {
  const ids = [
    ...mail.inReplyTo,
    ...mail.references.toReversed(),
    ...(isOptOutByMail(mail) ? messageIds(mail.subject) : []),
    ...('text' in mail ? reportedIds(mail) : []),
  ];
  return [...new Set(ids)].filter((id) => id !== mail.messageId).slice(0, MOST_IDS);
}

/** True for the domains where strangers share a domain, so that a colleague's address proves nothing. */
export function isFreemail(domain: string): boolean {
  const name = domain.toLowerCase();
  return FREEMAIL.has(name) || FREEMAIL_FAMILIES.test(name);
}

/** Ids named by a report: Google's X-Original-Message-ID, the returned head, or a copy pasted into the text. */
function reportedIds({ report, text, headers }: ParsedMail): string[] {
  const fields = report?.status ? [report.status.message, ...report.status.recipients] : [];
  return [
    ...fields.flatMap((group) => [
      ...group.ids('x-original-message-id'),
      ...group.ids('original-message-id'),
    ]),
    ...messageIds(headers.all('x-original-message-id').join(' ')),
    ...(report?.feedback?.ids('original-message-id') ?? []),
    ...(report?.returned?.ids('message-id') ?? []),
    ...(report?.returned?.ids('x-google-original-message-id') ?? []),
    ...(splitNotice(text).returned?.ids('message-id') ?? []),
  ];
}

const FREEMAIL_FAMILIES =
  /^(?:(?:yahoo|ymail|rocketmail|hotmail|live|outlook|msn|gmx|yandex|mail|zoho|aol|protonmail|tutanota)\.(?:com?\.)?[a-z]{2,3}|[a-z0-9-]+\.(?:gmx|web)\.de)$/;

const FREEMAIL = new Set(
  `gmail.com googlemail.com icloud.com me.com mac.com proton.me pm.me protonmail.ch tuta.io tutamail.com fastmail.com
   fastmail.fm hey.com duck.com hushmail.com inbox.com inbox.lv mail.ee zohomail.com zohomail.eu ya.ru rambler.ru
   list.ru bk.ru internet.ru ukr.net i.ua meta.ua seznam.cz email.cz post.cz centrum.cz azet.sk wp.pl o2.pl onet.pl
   onet.eu op.pl vp.pl interia.pl interia.eu poczta.fm gazeta.pl tlen.pl web.de t-online.de freenet.de arcor.de
   posteo.de posteo.net mailbox.org 1und1.de online.de email.de orange.fr wanadoo.fr free.fr sfr.fr neuf.fr
   laposte.net bbox.fr numericable.fr libero.it virgilio.it tiscali.it alice.it tin.it tim.it fastwebnet.it
   email.it aruba.it telefonica.net terra.es terra.com.br uol.com.br bol.com.br ig.com.br globo.com globomail.com
   r7.com sapo.pt mail.telepac.pt ziggo.nl kpnmail.nl planet.nl hetnet.nl home.nl xs4all.nl casema.nl chello.nl
   upcmail.nl telenet.be skynet.be proximus.be bluewin.ch hispeed.ch sunrise.ch gmx.net gmx.at chello.at aon.at
   btinternet.com btopenworld.com sky.com virginmedia.com ntlworld.com talktalk.net blueyonder.co.uk comcast.net
   verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net optonline.net juno.com
   netzero.net windstream.net frontier.com rogers.com shaw.ca telus.net sympatico.ca videotron.ca bigpond.com
   bigpond.net.au optusnet.com.au iinet.net.au xtra.co.nz qq.com foxmail.com 163.com 126.com 139.com 189.cn yeah.net
   sina.com sina.cn sohu.com aliyun.com naver.com hanmail.net daum.net nate.com docomo.ne.jp ezweb.ne.jp
   softbank.ne.jp i.softbank.jp nifty.com biglobe.ne.jp ocn.ne.jp so-net.ne.jp plala.or.jp rediffmail.com
   telia.com comhem.se bredband.net spray.se online.no tele2.se tele2.nl passagen.se jubii.dk ofir.dk abv.bg
   freemail.hu citromail.hu walla.co.il walla.com mynet.com au.com privaterelay.appleid.com googlegroups.com
   groups.io yahoogroups.com windowslive.com passport.com email.com usa.net inbox.ru vodafone.de`.split(
    /\s+/,
  ),
);
