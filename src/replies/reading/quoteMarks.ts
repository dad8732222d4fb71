/**
 * How mail programs introduce the mail that they quote, and people take their leave, in the ten most used languages of
 * business mail and a few more. Every pattern is anchored and bounded: it is asked once a line, of a few hundred characters.
 */

const WROTE =
  'wrote|schrieb|geschrieben|a écrit|escribió|ha scritto|escreveu|schreef|geschreven|skrev|napisał\\(?a?\\)?|napisana|pisze|kirjoitti|yazdı|написал\\(?а?\\)?|пишет';

// "On Mon, 3 Mar 2025 at 10:00, Ann <ann@x.com> wrote:", and who says it in which language.
export const ATTRIBUTION: readonly RegExp[] = [
  new RegExp(`^(?:on|am|le|el|il|em|op|den|dnia|w dniu|pe|на|в)\\s.{5,350}(?:${WROTE}).{0,120}[:：]$`, 'iu'),
  new RegExp(`^.{3,300}(?:\\d{4}|\\d{1,2}:\\d{2}).{0,200}(?:${WROTE})\\s?[:：]$`, 'iu'),
  // "Ann schrieb am 03.03.2025 um 10:00:"
  new RegExp(`^.{2,200}(?:${WROTE})\\s.{3,100}\\d{1,2}[:.]\\d{2}.{0,20}[:：]$`, 'iu'),
  /^.{3,300}[<[（(][^<>()[\]@\s]{1,80}@[^<>()[\]@\s]{3,100}[>\])）].{0,60}[:：]$/u,
  /^.{0,200}(?:在|于|於).{4,200}(?:写道|寫道)[:：]$/u,
  /^.{0,20}\d{4}年.{4,300}(?:のメール|のメッセージ|書きました|写道|寫道|[>＞])\s?[:：]$/u,
  /^\d{4}[.\-/年].{4,300}(?:[>＞]|작성|wrote|書きました|のメッセージ)\s?[:：]$/u,
];

/** Whether such a line tells a time, a year or an address: what a person writes of somebody's words seldom does. */
export const TELLS_WHEN_OR_WHO = /\d{1,2}[:.]\d{2}|20\d\d|@/;

/** "---- On Mon, 03 Mar 2025 09:00:00 +0100 ann@x.com wrote ----", in any language. */
export const DASHED_ATTRIBUTION = /^\s{0,3}-{2,12} ?[^-\s].{0,200}\d{1,2}:\d{2}.{0,200}-{2,12}$/;

/** A line drawn over a pasted original: "-----Original Message-----", "Begin forwarded message:", … */
export const FORWARD_LINE =
  /^\s{0,3}[-_=*>—‐─ ]{0,40}(?:original(?:e)? message|forwarded message|begin forwarded message|ursprüngliche nachricht|original[- ]?nachricht|weitergeleitete nachricht|anfang der weitergeleiteten|message (?:d['’]origine|original|transféré|initial)|mensaje original|mensaje reenviado|messaggio originale|messaggio inoltrato|mensagem original|mensagem encaminhada|(?:oorspronkelijk|origineel) bericht|doorgestuurd bericht|wiadomość oryginalna|oryginalna wiadomość|wiadomość przekazana|исходное (?:сообщение|письмо)|пересылаемое сообщение|元のメッセージ|転送メッセージ|oprindelig (?:besked|meddelelse)|opprinnelig melding|originalmeddelande|ursprungligt meddelande|orijinal (?:mesaj|ileti)|원본 (?:메시지|메일)|原始(?:邮件|信息|消息)|邮件原件|转发邮件|原始郵件)[-_=*:—‐─ ]{0,40}$/iu;

/** One line of the head that Outlook pastes over the original. */
export const HEADER_LABEL =
  /^\s{0,3}[*_]?(?:from|sent|date|to|cc|subject|von|gesendet|datum|an|betreff|de|envoyé|envoyé le|date|à|cc|objet|enviado|enviado el|fecha|para|asunto|da|inviato|data|a|oggetto|enviada em|enviado em|assunto|van|verzonden|aan|onderwerp|od|wysłano|wysłane|do|dw|temat|от|отправлено|кому|дата|тема|копия|fra|sendt|dato|til|emne|lähettäjä|lähetetty|vastaanottaja|aihe|odesláno|komu|předmět|kimden|gönderilme|tarih|kime|konu|보낸 ?사람|보낸 ?날짜|날짜|받는 ?사람|제목|差出人|日付|送信日時|送信者|日時|宛先|件名|发件人|发送时间|发送日期|收件人|抄送|主题|寄件人|主題|寄件者|寄件日期|收件者|主旨|från|skickat|till|ämne)[*_]?\s?(?::[*_]?(?:\s|$)|：)/iu;

/** What a telephone or an app adds under a mail. */
export const DEVICE_LINE =
  /^\s{0,3}[-*_( ]{0,4}(?:sent (?:from|via|with) (?:my |the |an? (?:mobile|phone|tablet)|mobile|\[?yahoo|\[?outlook|\[?proton|mail|gmail|samsung|android|iphone|ipad|front|superhuman|spark|airmail|bluemail|typeapp|blackberry|windows)|sent on the go|yahoo mail: search|yahoo!メール|get outlook for|von meinem .{2,40} gesendet|gesendet (?:von|mit|mittels|über) |holen sie sich outlook|outlook für .{2,12} beziehen|diese nachricht wurde von mein|envoyé (?:de|depuis|à partir de) |télécharge[rz] outlook|obten(?:ez|ir) outlook|provenance : |enviado (?:desde|do|de|a partir do|via) (?:mi|meu|o|el|un|outlook|yahoo|android|iphone|samsung|correo|gmail)|obtener outlook|obter o outlook|baixe o outlook|inviato (?:da|dal) |ottieni outlook|scarica outlook|verzonden vanaf|verstuurd vanaf|download outlook|outlook voor|wysłan[eo] z |(?:pobierz|uzyskaj) (?:aplikację |program )?outlook|отправлено (?:с|из) |iphone ?から送信|ipad ?から送信|android ?.{0,10}から送信|outlook for (?:ios|android)|android 版 outlook|ios 版 outlook|发自我的|(?:发送自|来自) ?(?:outlook|我的)|从我的.{1,20}发送|获取 ?outlook|寄自我的|從我的.{1,20}傳送|skickat från|sendt fra|(?:iphone|ipad)['’]?\p{L}{0,6} gönderildi)/iu;

/** A leave-taking alone on its line. */
export const SIGN_OFF =
  /^(?:(?:with )?(?:my |kind(?:est)?|best|warm(?:est)?|many|very)? ?(?:regards|wishes)|(?:all the )?best|cheers|sincerely(?: yours)?|yours (?:sincerely|truly|faithfully)|thanks?(?: you)?(?: (?:so|very) much)?(?: (?:and|&) (?:best |kind )?regards)?|looking forward|many thanks|thx|br|rgds|talk soon|take care|mit (?:freundlichen|besten|herzlichen|lieben) grü(?:ß|ss)en|(?:mit freundlichem|freundlicher|(?:danke (?:und|&) )?(?:vielen dank (?:und|&) )?) ?gru(?:ß|ss)|(?:freundliche|beste|viele|liebe|herzliche|schöne) grü(?:ß|ss)e(?: (?:aus|nach) \p{L}{2,20})?|lg|vg|mfg|(?:bien )?cordialement(?: vôtre)?|cdt|amicalement|sincèrement|bien à vous|sincères salutations|(?:meilleures )?salutations(?: distinguées)?|bonne (?:journée|soirée)|merci|(?:un )?(?:cordial(?:es)? )?saludos?(?: cordiales)?|atentamente|atte|un abrazo|(?:muchas )?gracias|(?:cordiali|distinti) saluti|un (?:cordiale )?saluto|saluti|a presto|cordialmente|grazie(?: mille)?|buona giornata|atenciosamente|att|(?:um )?abraços?|grat[oa]|cumprimentos|(?:com os )?melhores cumprimentos|obrigad[oa]|(?:met )?vriendelijke groet(?:en)?|hartelijke groet(?:en)?|mvg|groet(?:en|jes)?|(?:z )?(?:poważaniem|wyrazami szacunku)|(?:serdecznie )?pozdrawiam(?: serdecznie)?|pozdrowienia|z pozdrowieniami|dziękuję|с уважением|с наилучшими пожеланиями|спасибо|(?:以上、)?(?:何卒|どうぞ)?(?:よろしく|宜しく)お願い(?:(?:いた|致)?します|申し上げます)|以上|敬具|此致|敬礼|祝好|顺[祝颂]商祺|谢谢|med vänlig hälsning|(?:med )?venn?lig hilsen|mvh|saygılar(?:ımla|ımızla)?|[iİ]yi (?:çalışmalar|günler)(?: dilerim)?|selamlar|sevgiler|teşekkürler|teşekkür ederi[mz])[,.!，。！]?(?:\s\p{Extended_Pictographic})?$/iu;

/** Thanks stand below a letter, and above it. */
export const THANKS =
  /^(?:many |muchas |vielen |hartelijk )?(?:thanks|thank you|thx|cheers|merci|danke?|gracias|grazie|obrigad|bedankt|dziękuję|спасибо|teşekkür|谢谢|ありがとう)/iu;

/** What a company has its lawyers add below every mail. */
export const DISCLAIMER =
  /^\s{0,3}[*_]{0,3}(?:(?:confidentiality|legal|privacy) (?:notice|note)|disclaimer|haftungsausschluss|avis de confidentialité|aviso (?:legal|de confidencialidad(?:e)?)|(?:this|the (?:information|contents?)|diese[rs]?|der inhalt dieser|die in dieser|ce(?:t|tte)?|les informations|est[ea]|la información|as informações|quest[oa]|le informazioni|dit|deze|de informatie|niniejsz\p{L}{1,3}|ta wiadomość|данное|это|настоящее|bu)\s.{0,200}(?:confidential|privileged|solely for|intended (?:recipient|only)|vertraulich|confidentiel|destinataire|confidencia|riservat|vertrouwelijk|poufn|конфиденциальн|gizli))/iu;
