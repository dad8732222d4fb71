import { findReturnDate } from '../../src/replies/returnDate';

/** 3 March 2025 is a Monday. */

describe('the day of return', () => {
  test.each([
    ["I'm out of the office from 3 March to 14 March and will be back on 17 March.", '2025-03-17'],
    ['I will be out of the office March 3-14.', '2025-03-14'],
    ['Out of office until Monday, March 17th, 2025', '2025-03-17'],
    ["I'm away through Friday 14 March.", '2025-03-14'],
    ['I am out of the office and will return on Monday.', '2025-03-10'],
    ["I'll be back tomorrow.", '2025-03-04'],
    ["I'm out today and will be back tomorrow morning.", '2025-03-04'],
    ['I will be back next Monday.', '2025-03-10'],
    ["I'll be out of office 03/10/2025 - 03/14/2025", '2025-03-14'],
    ['Returning 2025-03-17', '2025-03-17'],
    ["I'm on leave from 10.03.2025 till 14.03.2025", '2025-03-14'],
    ['I am on parental leave until September 2025', '2025-09-01'],
    ["I'm on leave until the end of March.", '2025-03-31'],
    ['I will be returning to the office on the 17th of March', '2025-03-17'],
    ["I'm currently on vacation, back in the office in two weeks.", '2025-03-17'],
    ['I will be back on the 17th.', '2025-03-17'],
    ['Back in office: 17/03', '2025-03-17'],
    ['Please call my office on 555-1234 until I return.', null],
    ['I have limited access to email. In urgent cases call +1 212 555 0100.', null],
    ['Vom 3.3. bis 14.3.2025 bin ich nicht im Büro.', '2025-03-14'],
    ['Ich bin vom 03.03. bis einschließlich 14.03.2025 abwesend.', '2025-03-14'],
    ['Ich bin bis zum 14. März im Urlaub und ab dem 17. März wieder erreichbar.', '2025-03-17'],
    ['Ab Montag, 17.03.2025 bin ich wieder für Sie da.', '2025-03-17'],
    ['Ich bin ab 17.3. wieder im Büro.', '2025-03-17'],
    ['Ich bin am Montag wieder da.', '2025-03-10'],
    ['Ich bin bis Ende März nicht erreichbar.', '2025-03-31'],
    ['Morgen bin ich wieder im Büro.', '2025-03-04'],
    ['Ich kehre am 17. März 2025 zurück.', '2025-03-17'],
    ['Je suis absent du 3 au 14 mars 2025 inclus.', '2025-03-14'],
    ['Je serai de retour le lundi 17 mars.', '2025-03-17'],
    ["Je suis en congés jusqu'au 14/03/2025.", '2025-03-14'],
    ['De retour au bureau le 17/03.', '2025-03-17'],
    ['Je serai de retour lundi prochain.', '2025-03-10'],
    ["Absente jusqu'à fin mars.", '2025-03-31'],
    ['Je reviens le 17 mars.', '2025-03-17'],
    ['Estaré fuera de la oficina del 3 al 14 de marzo.', '2025-03-14'],
    ['Estaré de vuelta el lunes 17 de marzo de 2025.', '2025-03-17'],
    ['Regreso el 17/03/2025.', '2025-03-17'],
    ['Estoy de vacaciones hasta el 14 de marzo, inclusive.', '2025-03-14'],
    ['Volveré el próximo lunes.', '2025-03-10'],
    ['Estaré de vacaciones hasta finales de marzo', '2025-03-31'],
    ['Sarò assente dal 3 al 14 marzo 2025.', '2025-03-14'],
    ['Rientrerò in ufficio lunedì 17 marzo.', '2025-03-17'],
    ['Sarò di nuovo in ufficio il 17 marzo.', '2025-03-17'],
    ['Sono in ferie fino al 14/03/2025 compreso.', '2025-03-14'],
    ['Torno lunedì.', '2025-03-10'],
    ['Estarei ausente de 3 a 14 de março de 2025.', '2025-03-14'],
    ['Estarei de volta no dia 17 de março.', '2025-03-17'],
    ['Retorno em 17/03/2025.', '2025-03-17'],
    ['Estou de férias até 14 de março.', '2025-03-14'],
    ['Volto na segunda-feira.', '2025-03-10'],
    ['Ik ben van 3 t/m 14 maart afwezig.', '2025-03-14'],
    ['Ik ben op maandag 17 maart weer bereikbaar.', '2025-03-17'],
    ['Vanaf 17 maart ben ik weer aanwezig.', '2025-03-17'],
    ['Ik ben met vakantie tot 17 maart 2025.', '2025-03-17'],
    ['Ik ben maandag weer op kantoor.', '2025-03-10'],
    ['Ik ben terug op 17-03-2025', '2025-03-17'],
    ['Jestem na urlopie od 3 do 14 marca 2025 r.', '2025-03-14'],
    ['Wracam do biura 17 marca.', '2025-03-17'],
    ['Będę dostępna od 17.03.2025.', '2025-03-17'],
    ['Jestem nieobecny do 14.03.2025 włącznie.', '2025-03-14'],
    ['Wracam w poniedziałek.', '2025-03-10'],
    ['3月3日から3月14日まで休暇をいただいております。', '2025-03-14'],
    ['3月17日（月）より出社いたします。', '2025-03-17'],
    ['3月17日から通常業務に戻ります。', '2025-03-17'],
    ['2025年3月14日まで不在にしております。', '2025-03-14'],
    ['3/14まで夏季休暇のため不在です。', '2025-03-14'],
    ['来週月曜日に戻ります。', '2025-03-10'],
    ['我于3月3日至3月14日休假。', '2025-03-14'],
    ['我将于2025年3月17日返回办公室。', '2025-03-17'],
    ['我会在3月17日回来上班。', '2025-03-17'],
    ['休假到3月14号。', '2025-03-14'],
    ['下周一返回。', '2025-03-10'],
    ['3月3日～3月14日', '2025-03-14'],
    ['Я в отпуске до 14 марта.', '2025-03-14'],
    ['Вернусь 17 марта 2025 года.', '2025-03-17'],
    ['Thank you for your message. I will reply within 2 business days.', null],
    ['Our office hours are Monday to Friday, 9 to 5.', null],
    ['Back on 2 January', '2026-01-02'],
    ['Back on 31 February', null],
  ])('%s', (text, day) => {
    expect(findReturnDate(text, new Date('2025-03-03T09:00:00Z'))).toBe(day);
  });

  test('with no day of writing only a whole date counts', () => {
    expect(findReturnDate('Back on 17 March 2025, or on Monday.', null)).toBe('2025-03-17');
    expect(findReturnDate('Back on Monday.', null)).toBeNull();
  });

  test('hostile text takes no longer than long text', () => {
    for (const piece of ['3-', '3 March to ', 'bis ', '1.1.', 'until the end of ', '\u3000まで']) {
      expect(findReturnDate(piece.repeat(100_000), new Date('2025-03-03'))).toBeDefined();
    }
  });
});
