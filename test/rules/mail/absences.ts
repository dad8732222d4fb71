/** What automatic answers of absent people say, in ten languages, and in Russian, Turkish, Scandinavian and Korean. */
export const wordsOfAbsence: readonly string[] = [
  'I’m away on business until Friday.',
  'I am not working today.',
  'I am on PTO until 17 March.',
  'Our offices are closed for the holidays until 2 January.',
  'Ich bin außer Haus.',
  'Ich bin in Elternzeit.',
  'Unser Büro ist bis 6. Januar geschlossen.',
  'Ich bin ab Montag wieder für Sie da.',
  'Je suis en arrêt maladie.',
  "Nos bureaux sont fermés jusqu'au 2 janvier.",
  'Estoy de viaje y tendré acceso limitado al correo.',
  'Nuestras oficinas permanecerán cerradas hasta el 7 de enero.',
  'Al momento non sono in ufficio.',
  'I nostri uffici resteranno chiusi fino al 7 gennaio.',
  'Estou de licença médica.',
  'O nosso escritório encontra-se encerrado até 2 de janeiro.',
  'Ik ben op vakantie.',
  'Ons kantoor is gesloten tot 5 januari.',
  'Jestem na zwolnieniu lekarskim.',
  'Biuro będzie nieczynne do 2 stycznia.',
  'ただいま席を外しております。',
  '年末年始休業のため、1月5日までお休みをいただきます。',
  '本人休产假中。',
  '春节放假至2月10日。',
  'Меня нет в офисе.',
  'Yıllık izindeyim.',
  'Jag är på semester.',
  'Jeg er ikke på kontoret.',
  '휴가 중입니다.',
];

/** Subjects that tell it where no field does. */
export const subjectsOfAbsence: readonly string[] = [
  'Out of office Re: Your new site',
  'Ann Example is out of the office',
  'AUTO: Ann Example ist außer Haus (Rückkehr am 17.03.2025)',
  'Nicht im Büro',
  'Urlaub: Re: Your new site',
  'Urlaub bis 17.03.',
  'De vacaciones hasta el 17 de marzo',
  'In ferie fino al 17 marzo',
  'Assente dal lavoro',
  'De férias até 17/03',
  '休暇のお知らせ',
  '休假通知',
  '外出中',
  'Ofis Dışında: Your new site',
];

/** And those of other automatic answers, as Outlook of each language writes them. */
export const automaticSubjects: readonly string[] = [
  'Automatische Antwort: Your new site',
  'Reponse automatique: Your new site',
  'Respuesta automatica: Your new site',
  'Automatyczna odpowiedź: Your new site',
  'Automatisk svar: Your new site',
  'Automatická odpověď: Your new site',
  'Otomatik yanıt: Your new site',
  '자동 회신: Your new site',
  '【自動返信】お問い合わせありがとうございます',
];

/** Subjects and texts of people that begin with the same words. */
export const notAbsent: readonly (readonly [subject: string, text: string])[] = [
  ['Urlaub auf dem Bauernhof', 'Wir brauchen eine Seite. Bitte rufen Sie an.'],
  ['De vacaciones con su web', 'Buscamos web para un hotel.'],
  ['On holiday homes', 'How much would that be?'],
  ['Vacation rentals', 'How much would that be?'],
  ['Ausente nuestro logo', 'Falta el logo en la propuesta.'],
  ['外出先からのご連絡', '火曜日にお電話ください。'],
  ['休暇村のサイトについて', '見積もりをお願いします。'],
  ['假期网站', '多少钱？'],
  ['Automatic doors', 'How much for a site about them?'],
  ['Re: Automatic reply: Your new site', 'Who else may I talk to?'],
  ['Your delivery', 'It could not be completed. When do you come again?'],
  ['Delivery status of our order', 'It was not delivered. When does it arrive?'],
];

/** Who wants mail, only not this or not now. */
export const limitedRequests: readonly string[] = [
  'Do not send me the brochure by post, an email is enough.',
  'Don’t contact me before Tuesday, I am travelling.',
  'Stop! This is what we need. When can we talk?',
  'Please stop sending mails this week, we are moving.',
  'Keine E-Mails vor 10 Uhr bitte, sonst gerne.',
  'Ne me contactez pas avant mardi.',
  'No me escriban antes del martes, por favor.',
  'Proszę nie pisać przed wtorkiem.',
];
