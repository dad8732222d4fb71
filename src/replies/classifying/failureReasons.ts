/** Whose fault a failed delivery is, as far as "is the address dead?" asks. */
export enum FailureReason {
  /** Nobody has that address, or its domain takes no mail. */
  DEAD_ADDRESS = 'DEAD_ADDRESS',
  /** The person's side, as it is now: full, locked, unreachable, too slow. */
  MAILBOX = 'MAILBOX',
  /** Not the address: what was sent, or where it was sent from, was refused. */
  SENDER = 'SENDER',
  UNKNOWN = 'UNKNOWN',
}

// A refusal is a few lines; longer ones repeat themselves.
const LONGEST_WORDS = 8_000;

/**
 * Judges the words of a refusal, and where they say nothing its enhanced status (RFC 3463). Words come first: many
 * systems send 5.1.1 or 5.7.1 for everything, and nobody writes "mailbox full" by mistake.
 */
export function reasonOf(words: string, status: string | null): FailureReason {
  const said = words
    .slice(0, LONGEST_WORDS)
    .toLowerCase()
    // An address or a name of a host has dots, which end a phrase, and words that mean nothing here.
    .replace(/<?[^\s<>@（）：，]{1,100}@[a-z0-9.-]{1,250}>?/g, 'x')
    .replace(/(?<![\w.-])(?:[a-z0-9_-]{1,63}\.){1,10}[a-z]{2,10}(?![\w-])/g, 'x')
    // What Postfix says before every reason that a policy gives it.
    .replace(/recipient address rejected: (?!access denied)(?=[a-z])/g, '')
    // What a scanner adds below every mail.
    .replace(/(?:this|the) (?:e-?mail|message)[^.]{0,100}\bscanned\b[^.]{0,200}/g, '')
    .replace(/[\s"'’]+/g, ' ')
    .trim();
  const told = PHRASES.find(({ says }) => says.some((phrase) => phrase.test(said)))?.means;
  if (told === FailureReason.DEAD_ADDRESS && hidesFilter(said, status)) return FailureReason.SENDER;
  return told ?? reasonOfStatus(status);
}

/**
 * A server knows its users at RCPT. One that knows "no such user" only after the data, or gives a status for filtering
 * beside it, hides a content filter behind those words (KDDI, NTT Docomo and SFR do). NXDOMAIN no filter says: the name
 * does not exist (RFC 8020), though Gmail gives status 4.0.0 beside it.
 */
function hidesFilter(said: string, status: string | null): boolean {
  if ((status && ADDRESS_STATUS.test(status)) || said.includes('nxdomain')) return false;
  return FILTER_STATUS.test(status ?? '') || AFTER_DATA.test(said);
}

function reasonOfStatus(status: string | null): FailureReason {
  if (!status) return FailureReason.UNKNOWN;
  if (DEAD_STATUS.test(status)) return FailureReason.DEAD_ADDRESS;
  if (/^[45]\.7\./.test(status)) return FailureReason.SENDER;
  return /^(?:4\.|5\.[23456]\.[1-9])/.test(status) ? FailureReason.MAILBOX : FailureReason.UNKNOWN;
}

// Bad mailbox, bad system, bad syntax, moved, null MX or "recipient not found", no such host.
const DEAD_STATUS = /^(?:5\.1\.(?:1|2|3|6|10)|5\.4\.4|4\.1\.2)$/;
// The same subjects in class 4: with words that say so, and once all attempts are over, they mean it.
const ADDRESS_STATUS = /^(?:[45]\.1\.(?:1|2|3|6|10)|5\.4\.4)$/;
// "Other or undefined mailbox status": no server says so of a user it does not have. And what is only not possible now,
// like a name server's trouble, is no proof against a person: class 4 never is.
const FILTER_STATUS = /^(?:5\.2\.0|4\.\d+\.\d+)$/;

const AFTER_DATA =
  /end of (?:the )?data|>>> data|smtp command data|after i sent the message|\b550 : user unknown/;

/** In order: what is exact first; refusals of the sender like to end in "recipient address rejected". */
const PHRASES: readonly { means: FailureReason; says: readonly RegExp[] }[] = [
  {
    means: FailureReason.MAILBOX,
    says: [
      // A program on the recipient's machine failed, whatever it says.
      /^x-unix;|child process of|could mean unable to exec/,
      /not enough disk space|over ?-?quota|quota ?exceeded|quota (?:has been |is )exceeded|exceed\w{0,3} (?:\w{1,20} ){0,4}quota|disk quota|quota (?:is )?full/,
      /(?:mail ?(?:box|folder|dir)|inbox|account|user|storage)[^.:;]{0,40}(?: full\b| exceed\w*|over (?:the )?(?:quota|limit)|out of (?:storage|space))/,
      /postfach (?:ist )?voll|bo[iî]te[^.;]{0,30}pleine|buzón[^.;]{0,10}lleno|casella[^.;]{0,10}piena|caixa[^.;]{0,20}cheia|mailbox (?:is )?vol\b|skrzynka[^.;]{0,10}pełna|ящик переполнен|(?:邮箱|郵箱|信箱)已?[满滿]|メールボックス.{0,6}いっぱい/,
      /mail ?box ?full|full mailbox|exceeded (?:the |its )?(?:storage|local limit|mailbox)|insufficient (?:disk|system|storage)|no space left|disk full/,
      /(?:account|mailbox|user|e-?mail address|recipient)[^.:;]{0,60}(?:disabled|suspended|locked|inactive|deactivated|discontinued|blocked|on hold|restricted|temporarily)/,
      /(?:disabled|suspended|locked|inactive|blocked) (?:account|mailbox|user|recipient)/,
      /receiving (?:mail|email) at a rate|too many (?:hops|connections|concurrent)|hop ?count|(?:mail|routing) loop/,
    ],
  },
  {
    means: FailureReason.DEAD_ADDRESS,
    // Exchange Online for "no such recipient" where it knows them all; MessageLabs, Facebook and Cisco for the same.
    says: [
      /5\.4\.1 .{0,20}recipient address(?:es)? rejected ?: access denied/,
      /\b542 \S{1,100} rejected/,
      /\brcp-p1\b/,
      /5\.1\.0 address rejected/,
    ],
  },
  {
    means: FailureReason.SENDER,
    says: [
      /\b(?:spf|dkim|dmarc|rbl|dnsbl|ptr|rdns|fcrdns|helo|ehlo)\b|reverse (?:dns|lookup|hostname|name)|unverif\w{1,10} sending/,
      /backscatter|too many (?:\w{1,20} ){0,2}(?:recipients|users)|number of (?:unknown|invalid)|\byour (?:host|domain|server|ip)\b|from unknown/,
      /block ?list|black ?list|deny ?list|spamhaus|spamcop|sorbs|proofpoint|cloudmark|\bblocked\b|banned|reputation/,
      /\bspam|unsolicited|phish|\bvirus|infected|malware|suspicious|(?:content|message|mail|e-?mail) (?:was |has been |is )?(?:rejected|refused|blocked|filtered|denied)/,
      /\bpolic(?:y|ies)\b|not accepted for|must (?:have|be)|compliant|(?:duplicate|multiple|missing|too large) header|header error|headers? too/,
      /(?:relay|access|permission|service|client host|connection)[^.:;]{0,30}(?:denied|forbidden|prohibited|rejected|refused|not (?:permitted|allowed|accepted))/,
      /(?:not|cannot|unable to|no|insecure mail|to) relay|authenticat(?:ion|ed) (?:is )?(?:required|failed|information)|smtp auth|unauthenticated|not authenticated/,
      /size (?:limit )?(?:exceeds?|exceeded)|exceeds? (?:\w+ ){0,3}(?:size|limit)|(?:message|mail|header|line)s? (?:\w+ ){0,2}(?:too (?:large|big|long)|length|limit|size)|too (?:large|big) for/,
      /rate limit|too many (?:messages|recipients|mails)|throttl|relay quota|unusual|complaints|volume/,
      /sender[^.:;]{0,40}(?:reject|denied|invalid|not exist|unknown|unverif|not allowed|not found|not accepted)|(?:invalid|bad|unroutable|unknown|unverif\w{1,10}) (?:sender|return)|unroutable sender/,
      /sender (?:address )?verif\w+|(?:envelope |return )sender|callout/,
      /(?:after|to|reply to|with) mail from\b|mail ?from (?:address|command)|not (?:authori[sz]ed|permitted|allowed) to (?:send|post)|only members|(?:sender|from):? (?:address|header)|purported/,
      /rfc ?\d{3,4} compl|starttls|\btls\b|security (?:polic|issue|violation)|not verified/,
    ],
  },
  {
    means: FailureReason.DEAD_ADDRESS,
    says: [
      /(?:user|recipient|rcpt|address|account|mail ?box|name|alias|adressat|local part|addressee)s?[^.;]{0,80}(?:unknown|not (?:be )?(?:found|known|present|exist|listed|recogni[sz]ed|valid|a valid)|(?:does|do|did|could)(?: not|n t) (?:exist|be found)|doesn t (?:exist|have)|no longer|invalid|is not (?:valid|known|recogni[sz]ed))/,
      /(?:unknown|unrecogni[sz]ed|invalid|no such|non[- ]?existent|bad|illegal|incorrect|not a valid|undeliverable|unrouteable|unroutable|nonexistent) (?:or \w+ )?(?:virtual )?(?:user|recipient|address|account|mail ?box|e-?mail|local|destination|alias|domain|host|person|addressee)/,
      /not an? (?:\w+ )?(?:known|valid|active|existing|local) (?:\w+ )?(?:user|recipient|address|account|mail ?box)|bad[-_]recipient|(?:bad|valid)rcptto|badrecipientto|\bx (?:is |was )?not found|there is no ?one at|can t accept user|missing home directory|has been replaced by/,
      /no (?:such )?(?:user|mail ?box|recipient|account|person|valid recipients?|mx record|domain)\b|recipient cannot be verified|doesn t have a|not our customer|nosuchuser|recip(?:ient)?notfound|user_unknown/,
      /not one of our users|(?:no|an) account by that name|(?:couldn t|could not) find any host|non-?existent hosts?|indicated no smtp service|unknown local-?part|(?:user|recipient) (?:is )?not local|(?:user|recipient) (?:verify|verification) failed/,
      /no longer (?:accepts? mail|on server|with|work|employ|valid|in use|available|at)|has (?:left|moved)|(?:recipient|user)[^.;]{0,40} moved/,
      /(?:host|domain)(?: or domain)?(?: name)?[^.:;]{0,40}(?:unknown|not (?:be )?found|(?:not|doesn t) exist|invalid|lookup failure)|invalid final delivery userid|domain is not reachable|nxdomain|null ?mx|unknown (?:host|domain)|no mx (?:or a )?(?:records?|found)|(?:doesn t|does not) (?:receive|accept) (?:any )?e?-?mail\b/,
      // In the other languages of business mail, by their nouns before or behind what is wrong with them.
      /(?:empf(?:ä|ae)nger|benutzer|adresse|postfach)[^.;]{0,30}(?:unbekannt|nicht (?:gefunden|vorhanden)|existiert nicht|ungültig)|unbekannter? (?:empf(?:ä|ae)nger|benutzer|adresse)/,
      /(?:boîte|adresse|compte|utilisateur|destinataire)[^.;]{0,40}(?:inconnue?|inexistante?|invalide|n existe p)/,
      /(?:usuario|correo|cuenta|buzón|dirección|destinatario)[^.;]{0,30}(?:no (?:existe|encontrad)|inexistente|desconocid|no válid)|no existe (?:es[ea]|dich[oa]|el|la) (?:usuario|persona|cuenta)/,
      /(?:usuário|conta|endereço|caixa|destinatário)[^.;]{0,30}(?:não (?:existe|encontrad)|inexistente|desconhecid|inválid)/,
      /(?:utente|casella|indirizzo|account|destinatario)[^.;]{0,30}(?:non (?:esist|trovat|valid)|inesistente|sconosciut)|nessun utente/,
      /(?:gebruiker|adres|postvak|mailbox|geadresseerde)[^.;]{0,30}(?:onbekend|bestaat niet|ongeldig)|onbekende? (?:gebruiker|adres|geadresseerde)/,
      /nieznany (?:użytkownik|adresat|odbiorca)|(?:użytkownik|adresat|odbiorca|adres|skrzynka)[^.;]{0,30}(?:nie istnieje|nieznan|nieprawidłow)|(?:nie ma|brak) takiego (?:użytkownika|adresata|odbiorcy)/,
      /пользовател[ья] не (?:найден|существует)|нет такого (?:пользователя|адреса)/,
      /宛先.{0,20}(?:不明|存在し)|見つかりません|(?:ユーザー?|アドレス|メールボックス).{0,8}存在しません|(?:用户|收件人|邮箱|地址|信箱|使用者).{0,8}不存在|[无無]此用[户戶]/,
      /recipient address rejected\.(?: rcpt|$)|please check if (?:the )?address is correct|recipient domain must exist|\b55[034]\b[^\n]{0,80}mail ?box (?:is )?unavailable(?! or)/,
    ],
  },
  {
    means: FailureReason.MAILBOX,
    says: [
      /malformed or unexpected|timed? ?out|timeout|expired|temporar|try again|deferred|delay|too long|not responding|refused|unavailable|unreachable|lost connection|retry/,
    ],
  },
];
