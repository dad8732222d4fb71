/** What the opt-out says in one language. */
export interface UnsubscribeWords {
  /** Below an email. The word that it asks for is one that we understand as an answer. */
  optOut: string;
  /** Above the button. */
  question: string;
  button: string;
  done: string;
  /** For a link that is none of ours. */
  unknown: string;
}

/** The languages that recipients read it in: ten, all written from left to right. */
export const UNSUBSCRIBE_WORDS = {
  en: {
    optOut: 'If you’d rather not hear from me, just reply “unsubscribe”.',
    question: 'Do you want no more emails from this sender?',
    button: 'Unsubscribe',
    done: 'You are unsubscribed. This sender will not write to you again.',
    unknown: 'This link is not valid. Replying “unsubscribe” to the email works as well.',
  },
  de: {
    optOut: 'Wenn Sie nichts mehr von mir hören möchten, antworten Sie einfach mit „abmelden“.',
    question: 'Möchten Sie von diesem Absender keine E-Mails mehr bekommen?',
    button: 'Abmelden',
    done: 'Sie sind abgemeldet. Dieser Absender schreibt Ihnen nicht mehr.',
    unknown: 'Dieser Link ist nicht gültig. Sie können auch auf die E-Mail mit „abmelden“ antworten.',
  },
  fr: {
    optOut: 'Si vous préférez ne plus recevoir mes messages, répondez simplement « désinscription ».',
    question: 'Souhaitez-vous ne plus recevoir d’e-mails de cet expéditeur ?',
    button: 'Se désinscrire',
    done: 'Vous êtes désinscrit. Cet expéditeur ne vous écrira plus.',
    unknown: 'Ce lien n’est pas valable. Vous pouvez aussi répondre « désinscription » à l’e-mail.',
  },
  es: {
    optOut: 'Si prefiere no recibir más correos míos, responda simplemente «dar de baja».',
    question: '¿Desea no recibir más correos de este remitente?',
    button: 'Darse de baja',
    done: 'Se ha dado de baja. Este remitente no volverá a escribirle.',
    unknown: 'Este enlace no es válido. También puede responder al correo con «dar de baja».',
  },
  it: {
    optOut: 'Se preferisce non ricevere altri miei messaggi, risponda semplicemente «cancellami».',
    question: 'Vuole non ricevere più e-mail da questo mittente?',
    button: 'Annulla l’iscrizione',
    done: 'L’iscrizione è annullata. Questo mittente non Le scriverà più.',
    unknown: 'Questo link non è valido. Può anche rispondere all’e-mail con «cancellami».',
  },
  pt: {
    optOut: 'Se preferir não receber mais mensagens minhas, responda apenas “cancelar inscrição”.',
    question: 'Deseja não receber mais e-mails deste remetente?',
    button: 'Cancelar inscrição',
    done: 'A inscrição foi cancelada. Este remetente não voltará a escrever.',
    unknown: 'Este link não é válido. Também pode responder ao e-mail com “cancelar inscrição”.',
  },
  nl: {
    optOut: 'Hoort u liever niets meer van mij? Antwoord dan met “afmelden”.',
    question: 'Wilt u geen e-mails meer van deze afzender?',
    button: 'Afmelden',
    done: 'U bent afgemeld. Deze afzender schrijft u niet meer.',
    unknown: 'Deze link is niet geldig. U kunt de e-mail ook beantwoorden met “afmelden”.',
  },
  pl: {
    optOut: 'Aby nie dostawać ode mnie więcej wiadomości, wystarczy odpisać „wypisz mnie”.',
    question: 'Czy chcesz nie dostawać więcej wiadomości od tego nadawcy?',
    button: 'Wypisz mnie',
    done: 'Gotowe. Ten nadawca nie napisze już do Ciebie.',
    unknown: 'Ten link jest nieprawidłowy. Można też odpisać na wiadomość „wypisz mnie”.',
  },
  ja: {
    optOut:
      '今後のご案内をご希望されない場合は、「配信停止」とだけご記入のうえ、このメールにそのままご返信いただけますようお願いいたします。',
    question: 'この差出人からのメールの受信を停止しますか？',
    button: '配信を停止する',
    done: '配信を停止しました。この差出人から今後メールが届くことはありません。',
    unknown: 'このリンクは無効です。メールに「配信停止」とご返信いただくこともできます。',
  },
  zh: {
    optOut: '如果您不希望再收到我的邮件，直接回复“退订”即可。',
    question: '您确定不再接收此发件人的邮件吗？',
    button: '退订',
    done: '您已退订。此发件人不会再给您写信。',
    unknown: '此链接无效。您也可以直接回复邮件“退订”。',
  },
} as const satisfies Record<string, UnsubscribeWords>;

export type UnsubscribeLanguage = keyof typeof UNSUBSCRIBE_WORDS;

/**
 * The language of ours that is wished for most; English when there is none.
 *
 * @param wishes a language tag, or a list with weights as in Accept-Language (RFC 9110 §12.5.4)
 */
export function chooseLanguage(wishes = ''): UnsubscribeLanguage {
  const known = wishes.split(',').flatMap((wish) => {
    const [tag = '', weight = '1'] = wish
      .trim()
      .toLowerCase()
      .split(/(?<!\s)\s*;\s*q=/);
    const language = tag.replace(/-.*/, '');
    return isOurs(language) && Number(weight) > 0 ? [{ language, weight: Number(weight) }] : [];
  });
  const [first] = known.sort((one, other) => other.weight - one.weight);
  return first?.language ?? 'en';
}

/** The line below an email that tells how to get no more of them: by a reply, which always works. */
export function optOutLine(language?: string): string {
  return UNSUBSCRIBE_WORDS[chooseLanguage(language)].optOut;
}

/** What stands below every email of a workspace: its opt-out line or ours, and the postal address that the law wants. */
export function composeFooter(
  { postalAddress, optOutLine: own }: { postalAddress: string | null; optOutLine: string | null },
  language?: string,
): { optOut: string; postalAddress: string | null } {
  return { optOut: own ?? optOutLine(language), postalAddress };
}

function isOurs(language: string): language is UnsubscribeLanguage {
  return Object.hasOwn(UNSUBSCRIBE_WORDS, language);
}
