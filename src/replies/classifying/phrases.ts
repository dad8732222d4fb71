/**
 * What automatic mail and short requests say, in the ten most used languages of business mail (English, German, French,
 * Spanish, Italian, Portuguese, Dutch, Polish, Japanese, Chinese), Russian, Turkish, and of absences also Scandinavian and Korean. Each is asked of a subject, or of the
 * few hundred characters that somebody wrote; none has a repetition that can run away.
 */

/** A subject that only an automatic answer has: the client's own prefix, at the start. */
export const AUTOMATIC_SUBJECT =
  /^[[(（【]?(?:auto(?:matic|matisch(?:e[rs]?)?|mated|matyczna|matisk|matická|matski)?[ -]?(?:reply|respon(?:se|der)|antwort|odpowiedź|svar|odpověď|odgovor)|automatische antwoord|automatisch antwoord|r[ée]ponse auto(?:matique)?|respuesta autom[áa]tica|risposta automatica|resposta autom[áa]tica|odpowied[źz] automatyczna|autosvar|automatiskt svar|автоответ|автоматический ответ|automaattinen vastaus|otomatik yanıt|automatikus válasz|răspuns automat|αυτόματη απάντηση|자동 ?(?:회신|응답)|תשובה אוטומטית|رد تلقائي|自動(?:応答|返信|回覆)|自动(?:答复|回复))\s?(?:$|[:：)\]）】|–-]|(?:from|to|for|re|von|de|da|van|от|od)\b)/iu;

/** Words that begin many a subject tell of an absence where nothing but a day or the subject answered follows. */
const ENDS = String.raw`(?=$|\s?[:：(（,.!|–-]|\s(?:re|aw|until|till|from|bis|vom|hasta|fino|dal|até|tot)(?!\p{L}))`;
const ABSENCES = [
  String.raw`\[?out[ -]of[ -](?:the[ -])?office\]?|auto ?: [^?]{0,100}(?:out of (?:the )?office|außer haus|abwesend|absente?|fuera de|ausente|fuori|assente|fora do|afwezig|niet (?:op kantoor|aanwezig)|nieobecn)|\p{L}[^:?]{1,60} is out of (?:the )?office(?=\.?(?: \(|$))|ooo(?=[ :-])|oof:|on (?:vacation|holiday|leave|annual leave|parental leave)${ENDS}|away from (?:the |my )?office|vacation (?:reply|notice|response)|away from (?:the|my) (?:office|desk)|i(?:'| a)m (?:currently )?(?:away|out of)`,
  `abwesenheit|abwesend|ich bin (?:nicht im büro|im urlaub)|nicht im büro|urlaub${ENDS}`,
  `(?:notification|message|réponse) d['’]absence|absence du bureau|absent(?:e)? du bureau|en congés?(?=[: ]|$)`,
  `fuera de (?:la )?oficina|ausencia|ausente${ENDS}|de vacaciones${ENDS}`,
  `(?:sono )?fuori (?:ufficio|sede)|assenza|assente${ENDS}|assente dal|in ferie${ENDS}`,
  `fora do escritório|ausência|de férias${ENDS}`,
  'afwezig|niet aanwezig|met vakantie',
  'nieobecno|poza biurem|na urlopie',
  'вне офиса|отсутств|в отпуске',
  'ofis dışı|yıllık izin|frånvaro|fravær|부재',
  `不在(?:通知|の|です|に)|外出(?:中|通知|${ENDS})|休暇(?:中|の?お知らせ|${ENDS})|休假(?:中|通知|${ENDS})|不在办公室|假期(?:通知|${ENDS})`,
];

/** A subject that says its sender is away; Notes puts the name first. */
export const AWAY_SUBJECT = new RegExp(
  String.raw`^(?:(?:automatic reply|automatische antwort|auto(?:matic)?[ -]?reply|réponse automatique|respuesta automática|risposta automatica|resposta automática)\s?[:：]\s{0,3})?(?:${ABSENCES.join('|')})`,
  'iu',
);

/** Words of an absence; they decide only of a mail that is known to be automatic. */
export const AWAY_WORDS =
  /\bout[ -]of[ -](?:the[ -])?office\b|\bon (?:\w+ )?(?:vacation|holidays?|leave|maternity|paternity|sabbatical)\b|\b(?:am|be|currently) (?:currently |now )?(?:away|unavailable|not in the office|not available|travel+ing)\b|\b(?:annual|parental|medical|sick) leave\b|\blimited access to (?:my )?e?-?mail|\b(?:back|return(?:ing)?) (?:to (?:the )?(?:office|work) )?(?:on|in|at|by)\b|away from my (?:desk|email)|\bout (?:until|till|from|through)\b|\breturning\b|(?:estar(?:é|ei|emos)|estoy|estou) (?:fuera|fora)(?!\p{L})|nicht im (?:büro|haus)|\burlaub|\babwesen|nicht erreichbar|wieder (?:da|erreichbar|im (?:büro|haus))|\b(?:absent|en congé|en vacances|de retour|en déplacement)|absence|hors du bureau|fuera de (?:la )?oficina|de vacaciones|\bausente|de baja|de regreso|estaré de vuelta|fuori (?:ufficio|sede)|in ferie|\bassente|assenza|rientr(?:o|erò)|fora do escritório|de férias|\bausência|regresso|retorno|\bafwezig|met (?:vakantie|verlof)|niet (?:aanwezig|op kantoor)|terug op|nieobecn|na urlopie|poza biurem|wracam|wrócę|отпуск|отсутств|не в офисе|вернусь|不在(?:にして|となり|です|の)|休暇|休業|出張中|休みを?(?:いただ|頂)|休假|不在办公室|外出|出差|度假|\b(?:off|out|away) (?:sick|ill|today|this week|on business)\b|\bnot (?:working|in) today|\bon (?:pto|travel)\b|\bOOO\b|attending an? |\bclosed (?:for|until|from|between)\b|elternzeit|mutterschutz|au(?:ß|ss)er haus|dienstreise|bin [^.\n]{0,20}unterwegs|unterwegs und|betriebsferien|eingeschränkt erreichbar|(?:büro|praxis|betrieb)[^\n]{0,40}geschlossen|wieder für (?:sie|euch|dich)|arrêt maladie|fermés? (?:du|jusqu|pour|pendant)|de viaje|de permiso|cerrad[oa]s? (?:hasta|del|por|desde)|acces(?:o|so) limitat?d?o|in malattia|congedo|chius[oi] (?:fino|dal|per)|non (?:sono|sarò) in ufficio|trasferta|licença|em viagem|encerrad[oa]s?|fechad[oa]s? (?:até|de|para)|não estarei|op vakantie|verlof|gesloten (?:tot|van|t\/m|wegens)|niet bereikbaar|vrij vandaag|vandaag vrij|zwolnieniu|delegacji|nieczynn|ograniczony dostęp|(?:нет|не буду) в офисе|командировк|ofis dışı|ofiste (?:değil|olmayaca)|\bizin(?:de|li)|yıllık izin|tatilde|seyahatte|på semester|semesterledig|föräldraledig|frånvarande|inte på kontoret|på ferie|holder ferie|fraværende|ikke på kontoret|부재|휴가|출장|больничн|産休|育休|席を外|お休みを|产假|放假|请假|病假|年假/iu;

/** A subject under which the programs that run mailing lists say that they did not pass a mail on, or not yet. */
export const LIST_SUBJECT =
  /^(?:loop alert\b|you (?:are )?not (?:a )?member|your message to .{1,200} awaits moderator approval|post (?:denied|rejected|by non-member)|(?:fml|mailing list) (?:status|command)|request to mailing list .{1,200} rejected)/iu;

/** A subject that only a mail system gives to a notice of failure. No "Re:" or "Fwd:" before it. */
export const FAILURE_SUBJECT =
  /^(?:mail |message |permanent |temporary )?(?:undeliver(?:able|ed)|returned (?:mail|to sender)|fail(?:ed mail|ure notice)|automatically rejected mail|failure delivery|delivery (?:status|failure|notification|report|delayed|has failed|error)|(?:mail|message|e-?mail)(?: \w+)? (?:delivery|system|could not|not|failure|undeliverable|error)|non[- ]?(?:delivery|remis)|notice: mail delivery|postmaster notify|warning: (?:could not|message)|delayed mail|unzustellbar|zustellung|nicht zustellbar|unzustellbarkeit|échec (?:de|d['’])|non remis|notification d['’]échec|no se (?:puede|pudo|ha podido) entregar|error de entrega|correo (?:devuelto|no entregado)|non recapitabile|mancato recapito|impossibile recapitare|não (?:foi possível )?entreg|falha na entrega|onbestelbaar|kan niet worden bezorgd|niedostarczon|nie można dostarczyć|не ?доставлен|недоставлен|ваше сообщение не доставлено|配信(?:できま|不能|エラー)|配送不能|メッセージを配信|無法傳遞|无法(?:投递|送达|传递)|退信|系统退信|未送达|teslim edilemedi|iletilemedi|niedostarczaln|recapito non riuscito|\[bounce\]|bounced mail|pesan diblokir|there was an error sending your mail)/iu;

/** What the words of a notice of failure say. */
export const FAILURE_WORDS =
  /(?:could ?n[o']t|cannot|can['’]?t|un(?:able|successful)|wasn['’]?t able|not been|was not|did not|not) (?:be )?(?:to )?(?:deliver|reach|reached|delivered|send|sent|find|complete)|deliver\w{0,5} (?:to [^\n]{1,200} )?(?:has |have )?(?:been )?(?:fail|delay|abort|error|problem|unsuccessful)|(?:failed|error|trouble|problems?)[^\n.]{0,60}(?:deliver|recipient|sending)|undeliver|(?:permanent|fatal|delivery) (?:fatal )?errors?|returned to sender|(?:message|mail)[^\n.]{0,40}(?:bounced|rejected|returned|refused|blocked)|transcript of session|rejected by|automatically rejected|not an? (?:valid|active|known) (?:user|address|recipient)|user[^\n.]{0,40}(?:unknown|exceeds|full)|mail ?box[^\n.]{0,40}full|account[^\n.]{0,20}disabled|recipient[^\n.]{0,60}(?:invalid|unknown|not)|(?:nicht|konnte nicht) zugestellt|n['’]a pas pu être (?:remis|envoyé|distribu)|no (?:se )?(?:pudo|ha podido|puede)[^\n.]{0,20}entreg|non (?:è stato possibile|recapit|consegn)|não (?:foi|pôde)[^\n.]{0,30}entreg|niet (?:worden )?(?:bezorgd|afgeleverd)|nie (?:została?|można)[^\n.]{0,30}dostarcz|не (?:может быть |было )?доставлен|配信でき|送信(?:でき|に失敗)|届けでき|无法(?:投递|送达)|退回|no such user|invalid user|no valid recipients|failed addresses|[45]\d\d[ -][45]\.\d\.\d/iu;

const PLEASE =
  "(?:please|pls|kindly|bitte|merci de|s['’]il vous pla[iî]t|veuillez|(?:por )?favor|per favore|per cortesia|alstublieft|gelieve|proszę(?: o)?|пожалуйста|lütfen|请|請)?,?\\s{0,3}";
const REQUESTS = [
  '(?:(?:can|could|would|will) you (?:please )?)?(?:unsubscribe|un-subscribe)(?: me| us| my (?:e-?mail|address))?(?: (?:from|off|immediately|now|asap|please|thanks|thank you)\\b.{0,80})?',
  '(?:(?:can|could|would|will) you (?:please )?)?(?:remove|delete|take) (?:me|us|this (?:e-?mail )?address|my (?:e-?mail(?: address)?|address|name|details|data|contact))(?: (?:off|out))?(?: (?:of|from)? ?(?:your|the|this|any|all|future)?\\s?(?:e-?mail(?:ing)?|mail(?:ing)?|distribution|contact|marketing|database|records|system|list|sequence|campaign|crm|communications?)[^.!?]{0,60})?(?:,? (?:please|now|immediately|asap|thanks|thank you))?',
  '(?:(?:can|could|would|will) you (?:please )?)?(?:stop|cease|quit) (?:e-?mailing|mailing|sending|contacting|writing|messaging|spamming|harassing)(?: (?:me|us|these|this|emails?|mails?|messages?|to))?[^.!?]{0,60}',
  "(?:stop|cease|quit) (?:all )?(?:further )?(?:e-?mails|communications?|contact|correspondence)[^.!?]{0,60}|i (?:do not|don['’]t|no longer|never) (?:want|wish|care) (?:to (?:receive|get|hear|be (?:e-?mailed|contacted))|any more|your)[^.!?]{0,60}",
  "(?:do not|don['’]t|never) (?:e-?mail|contact|write(?: to)?|message) (?:me|us|any(?:more| more)?)[^.!?]{0,60}|(?:do not|don['’]t|never) send (?:me |us )?(?:any|more|further|these|such|your|e-?mails?|mails?|messages?|spam)[^.!?]{0,60}",
  "(?:i (?:want|wish|would like|['’]d like) to )?(?:opt[ -]?out|unsubscribe)(?:,? please| (?:from|of)[^.!?]{0,60})?",
  "(?:i|we)(?: would|['’]d) like to be (?:removed|taken|unsubscribed)[^.!?]{0,60}|(?:under|according to|pursuant to|in line with) (?:the )?(?:gdpr|ccpa)\\b[^.!?]{0,40}\\b(?:delete|erase|remove) [^.!?]{0,60}",
  'stop|stop pub|remove|leave (?:me|us) alone|no more (?:e-?mails?|mails?|messages?)(?:,? (?:please|thanks))?',
  // German, French, Spanish, Italian, Portuguese, Dutch, Polish, Russian, Japanese, Chinese, Turkish
  '(?:(?:ich möchte|möchte) )?(?:mich )?(?:bitte )?(?:abmelden|austragen|abbestellen|(?:melden|tragen|streichen|nehmen|löschen|entfernen) sie (?:mich|uns|meine)[^.!?]{0,80}|(?:keine|nicht) (?:weiteren |mehr )?(?:e-?mails?|mails?|nachrichten|werbung|anschreiben|kontaktieren)[^.!?]{0,60}|(?:senden|schicken|schreiben) sie mir (?:bitte )?(?:keine|nicht)[^.!?]{0,80}|(?:kontaktieren|schreiben) sie (?:mich|uns|mir) (?:bitte )?nicht (?:mehr|weiter)[^.!?]{0,40}|(?:sehen sie )?von weiteren (?:e-?mails?|mails?|nachrichten|anfragen|anschreiben|kontakt\\p{L}{0,12})[^.!?]{0,40}|aus (?:dem|ihrem) verteiler[^.!?]{0,60})',
  "(?:me )?(?:désinscri(?:re|vez|ption)|désabonne(?:r|z|ment))(?:[- ]moi)?[^.!?]{0,60}|(?:me )?(?:retire[rz]|supprime[rz]|enleve[rz]|rayer|rayez)(?:[- ]moi)?(?: de| mon| mes)[^.!?]{0,60}|(?:je )?ne (?:souhaite|souhaitons|veux|désire|désirons) (?:plus|pas) (?:recevoir|être (?:contacté|sollicité))[^.!?]{0,60}|ne (?:plus )?(?:me |m['’])(?:contacte|écri|envoye|sollicite)[^.!?]{0,60}|(?:merci de )?(?:ne plus|cessez de|arrêtez de) (?:me|m['’])[^.!?]{0,60}",
  '(?:me )?(?:dar(?:me)? de baja|den(?:me)? de baja|darse de baja|quiero darme de baja|cancelar (?:la |mi )?suscripción)[^.!?]{0,60}|(?:eliminen|elimine|borren|borre|quiten|quite|saquen)(?:me)? (?:de|mi|mis)[^.!?]{0,60}|(?:elimín|bórr|quít|sáqu)(?:e|en)me[^.!?]{0,60}|(?:no|dejen? de|deje de) (?:me )?(?:envíen?|enviar(?:me)?|escrib(?:an|a|ir)(?:me)?|contact(?:en|ar)(?:me)?|mand(?:en|ar)(?:me)?)[^.!?]{0,60}|(?:ya )?no (?:deseo|quiero|deseamos|queremos) (?:recibir|seguir recibiendo|que me)[^.!?]{0,60}',
  '(?:(?:vi|la|si) preg[oa] di )?(?:mi )?(?:cancell(?:atemi|ami|armi|i|arsi|azione)|disiscriv(?:etemi|imi|ermi|ersi)|rimuov(?:etemi|imi|ere)|toglietemi|toglimi|eliminatemi)[^.!?]{0,60}|non (?:scrivetemi|contattatemi|inviatemi|desidero (?:più )?ricevere|voglio (?:più )?ricevere|mi (?:scriva|contatti|invii))[^.!?]{0,60}|smettete di[^.!?]{0,60}',
  '(?:quero )?(?:cancelar (?:a |minha )?(?:inscrição|subscrição|assinatura)|descadastr(?:ar|em?|e-me)|remov(?:am?|er|a-me)(?:[- ]me)?|retir(?:em|e|ar)(?:[- ]me)?|exclu(?:am|a|ir))(?: (?:me|o meu|meu|da|desta|minha)[^.!?]{0,60})?|não (?:quero|desejo) (?:mais )?receber[^.!?]{0,60}|(?:não|pare(?:m)? de) (?:me )?(?:envi(?:em|e|ar)|contat(?:em|e|ar)|contact(?:em|e|ar)|mand(?:em|e|ar)|escrev)[^.!?]{0,60}',
  '(?:(?:mij |ik wil me |graag )?(?:uitschrijven|afmelden))[^.!?]{0,60}|(?:mij|me|ons) (?:te verwijderen|uit te schrijven|af te melden)[^.!?]{0,60}|(?:verwijder|schrijf|haal|meld) (?:mij|me|ons|mijn)[^.!?]{0,80}|(?:stuur|mail|contacteer|benader) (?:mij|me|ons) (?:geen|niet)[^.!?]{0,60}|(?:ik wil |wij willen )?(?:geen|niet) (?:mails?|e-?mails?|berichten|contact) meer[^.!?]{0,60}',
  '(?:o )?(?:mnie )?(?:wypisa(?:ć|nie|ć się)|wypisz(?:cie)? mnie|wykreśl(?:enie|ić|cie)|rezygnuję z|usuń(?:cie)? (?:mnie|mój)|usunięcie (?:mnie|moj\\p{L}{1,3})|usunąć (?:mnie|mój))[^.!?]{0,60}|nie (?:życzę sobie|chcę|chcemy)[^.!?]{0,20}(?:mail|wiadomości|kontaktu|korespondencji|otrzymywać)[^.!?]{0,60}|(?:nie|proszę nie) (?:pisać|pisz(?:cie)?|wysyła(?:ć|j|jcie)|kontaktowa(?:ć|ć się)|kontaktuj(?:cie)?)[^.!?]{0,60}',
  '(?:прошу )?(?:отпи(?:шите|сать|саться)|удал(?:ите|ить)|исключ(?:ите|ить)|уб(?:ерите|рать)) ?(?:меня|мой|нас)?[^.!?]{0,60}|(?:больше )?не (?:пишите|присылайте|беспокойте|отправляйте)[^.!?]{0,60}|(?:я )?(?:больше )?не (?:хочу|хотим|желаю) (?:больше )?получать[^.!?]{0,60}',
  '.{0,30}(?:配信停止|配信(?:を|の)?(?:停止|解除)|登録(?:を)?解除|購読(?:を)?(?:解除|停止)|(?:メール|連絡).{0,12}(?:不要|やめて|止めて|停止|送らないで|お控え)).{0,30}',
  '.{0,12}(?:退订|取消订阅|退訂|取消訂閱|(?:不要|别|請勿|请勿)再?(?:给我)?(?:发|發|联系|聯繫|打扰)|把我(?:从|從).{0,12}(?:删除|移除|移出|去掉)|(?:删除|移除|移出).{0,12}(?:邮件|名单|列表|郵件|名單)).{0,20}',
  '(?:beni |bizi |adresimi |e-?posta adresimi )?(?:\\p{L}{2,12} )?(?:listenizden|listeden|veri ?tabanınızdan) (?:lütfen )?(?:çıkar|sil)[^.!?]{0,40}|(?:abonelikten|üyelikten|listeden) (?:çık|ayrıl)[^.!?]{0,40}|aboneliğimi iptal[^.!?]{0,40}|(?:bana )?(?:bir daha |artık |lütfen )?(?:e-?posta|mail|mesaj)? ?(?:göndermeyin|yazmayın|atmayın)[^.!?]{0,40}|[^.!?]{0,30}(?:mail|e-?posta|mesaj) (?:almak istemiyor|göndermeyin|atmayın)[^.!?]{0,20}',
];

/** One sentence that asks for no more mail, and says nothing else. */
export const OPT_OUT = new RegExp(
  `^(?:(?:hi|hello|hey|dear|hallo|bonjour|hola|ciao|olá|(?:(?:i|we)(?:['’](?:m|re)| am| are) )?not interested|kein interesse|pas intéressée?|no (?:me|nos) interesa|non (?:sono )?interessat[oa]|(?:não|sem) (?:tenho )?interesse|geen interesse|no thanks?|no,? thank you)[^.!?]{0,30}[,;:–-]\\s{0,3})?${PLEASE}(?:${REQUESTS.join('|')})$`,
  'iu',
);

/** Gmail's own refusals, sent as mail after it had answered 250 OK; the links stay the same in every language. */
export const GMAIL_LIMIT =
  /you have reached a limit for sending mail[^\n]{0,80}|limit für das senden|(?:alcanzado|raggiunto|atingiu) (?:un|il|el|um|o) (?:límite|limite)[^\n]{0,60}[ei]nv(?:ia|ío|io)|limiet[^\n]{0,60}(?:verzenden|versturen)|limit\S{0,3} wysyłania|(?:лимит|ограничени)[^\n]{0,40}отправ|送信[^\n]{0,12}上限|(?:发送|傳送)[^\n]{0,20}(?:上限|限额|限制)|gönderme sınır|(?:daily )?(?:user )?sending (?:limit|quota) exceeded|\b5\.4\.5\b|support\.google\.com\/(?:a\/answer\/166852|mail\/answer\/22839)|limite d['’]envoi|versandlimit/i;
export const GMAIL_BLOCKED =
  /message rejected\.\s+for more information, go to https:\/\/support\.google\.com\/mail\/answer\/69585|support\.google\.com\/mail\/(?:answer\/69585|\?p=unsolicited\w*)(?![\s\S]{0,400}- gsmtp)/i;
