/**
 * How mail programs introduce the mail that they quote, and people take their leave, in the ten most used languages of
 * business mail and a few more. Every pattern is anchored and bounded: it is asked once a line, of a few hundred characters.
 */

// "On Mon, 3 Mar 2025 at 10:00, Ann <ann@x.com> wrote:", and who says it in which language.
export const ATTRIBUTION: readonly RegExp[] = [
  /^(?:on|am|le|el|il|em|op|den|dnia|w dniu|pe|на|в)\s.{5,350}(?:wrote|schrieb|a écrit|escribió|ha scritto|escreveu|schreef|skrev|napisał\(?a?\)?|kirjoitti|написал\(?а?\)?|пишет).{0,120}[:：]$/iu,
  /^.{3,300}(?:\d{4}|\d{1,2}:\d{2}).{0,200}(?:wrote|schrieb|a écrit|escribió|ha scritto|escreveu|schreef|het volgende geschreven|skrev|napisał\(?a?\)?|pisze|написал\(?а?\)?|пишет)\s?[:：]$/iu,
  /^.{3,300}[<[（(].{3,100}@.{3,100}[>\])）]\s?(?:.{0,40})(?:wrote|schrieb|a écrit|escribió|ha scritto|escreveu|schreef|napisał|написал|写道|寫道|さん?.{0,10}(?:書きました|のメール)|のメッセージ|작성)?\s?[:：]$/iu,
  /^.{0,200}(?:在|于|於).{4,200}(?:写道|寫道)[:：]$/u,
  /^.{0,20}\d{4}年.{4,300}(?:のメール|のメッセージ|書きました|写道|寫道|[>＞])\s?[:：]$/u,
  /^\d{4}[.\-/年].{4,300}(?:[>＞]|작성|書きました|のメッセージ)\s?[:：]$/u,
];

/** A line drawn over a pasted original: "-----Original Message-----", "Begin forwarded message:", … */
export const FORWARD_LINE =
  /^\s{0,3}[-_=*>— ]{0,40}(?:original(?:e)? message|forwarded message|begin forwarded message|ursprüngliche nachricht|original ?nachricht|weitergeleitete nachricht|anfang der weitergeleiteten|message (?:d['’]origine|original|transféré|initial)|mensaje original|mensaje reenviado|messaggio originale|messaggio inoltrato|mensagem original|mensagem encaminhada|oorspronkelijk bericht|doorgestuurd bericht|wiadomość oryginalna|oryginalna wiadomość|wiadomość przekazana|исходное сообщение|пересылаемое сообщение|元のメッセージ|転送メッセージ|原始邮件|邮件原件|转发邮件|原始郵件)[-_=*: ]{0,40}$/iu;

/** One line of the head that Outlook pastes over the original. */
export const HEADER_LABEL =
  /^\s{0,3}[*_]?(?:from|sent|date|to|cc|subject|von|gesendet|datum|an|betreff|de|envoyé|envoyé le|date|à|cc|objet|enviado|enviado el|fecha|para|asunto|da|inviato|data|a|oggetto|enviada em|enviado em|assunto|van|verzonden|aan|onderwerp|od|wysłano|wysłane|do|dw|temat|от|отправлено|кому|дата|тема|копия|差出人|送信日時|送信者|日時|宛先|件名|发件人|发送时间|发送日期|收件人|抄送|主题|寄件者|寄件日期|收件者|主旨|från|skickat|till|ämne)[*_]?\s?[:：][*_]?(?:\s|$)/iu;

/** What a telephone or an app adds under a mail. */
export const DEVICE_LINE =
  /^\s{0,3}[-*_ ]{0,4}(?:sent (?:from|via|with) (?:my |the |yahoo|outlook|proton|mail|gmail|samsung|android|iphone|ipad|front|superhuman|spark)|get outlook for|von meinem .{2,40} gesendet|gesendet (?:von|mit|mittels|über) |holen sie sich outlook|diese nachricht wurde von mein|envoyé (?:de|depuis|à partir de) |télécharge[rz] outlook|obtenez outlook|provenance : |enviado (?:desde|do|de|a partir do|via) (?:mi|meu|o|el|un|outlook|yahoo|android|iphone|samsung|correo|gmail)|obtener outlook|obter o outlook|baixe o outlook|inviato (?:da|dal) |ottieni outlook|scarica outlook|verzonden vanaf|verstuurd vanaf|download outlook|outlook voor|wysłan[eo] z |pobierz (?:aplikację )?outlook|отправлено (?:с|из) |iphone ?から送信|ipad ?から送信|android ?.{0,10}から送信|outlook for (?:ios|android)|发自我的|从我的.{1,20}发送|获取 ?outlook|寄自我的|從我的.{1,20}傳送|skickat från|sendt fra)/iu;

/** A leave-taking alone on its line. */
export const SIGN_OFF =
  /^(?:(?:with )?(?:my |kind(?:est)?|best|warm(?:est)?|many|very)? ?(?:regards|wishes)|(?:all the )?best|cheers|sincerely(?: yours)?|yours (?:sincerely|truly|faithfully)|thanks?(?: you)?(?: (?:so|very) much)?(?: and (?:best |kind )?regards)?|many thanks|thx|br|rgds|talk soon|take care|mit (?:freundlichen|besten|herzlichen|lieben) grüßen|mit freundlichem gruß|(?:freundliche|beste|viele|liebe|herzliche|schöne) grüße|lg|vg|mfg|(?:bien )?cordialement|bien à vous|sincères salutations|salutations(?: distinguées)?|bonne (?:journée|soirée)|merci|(?:un )?(?:cordial(?:es)? )?saludos?(?: cordiales)?|atentamente|un abrazo|gracias|(?:cordiali|distinti) saluti|un saluto|saluti|a presto|cordialmente|grazie|atenciosamente|att|abraços?|cumprimentos|(?:com os )?melhores cumprimentos|obrigad[oa]|(?:met )?vriendelijke groet(?:en)?|hartelijke groet(?:en)?|mvg|groet(?:en|jes)?|(?:z )?(?:poważaniem|wyrazami szacunku)|pozdrawiam|pozdrowienia|с уважением|с наилучшими пожеланиями|спасибо|よろしくお願い(?:いた|致)?します|以上|敬具|此致|敬礼|祝好|顺祝商祺|谢谢|med vänlig hälsning|mvh)[,.!，。！]?$/iu;
