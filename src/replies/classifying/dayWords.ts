/** The words for days and months in the ten most used languages of business mail, Russian, Turkish and Scandinavian, as they stand in a sentence. */

export const MONTHS = new Map(
  [
    'january jan januar janvier janv enero ene gennaio gen janeiro januari stycznia styczeń sty января ocak',
    'february feb februar février févr fevrier febrero febbraio fevereiro fev februari lutego luty lut февраля şubat',
    'march mar märz mrz maerz mars marzo março marco maart mrt marca marzec марта mart marts',
    'april apr avril avr abril abr aprile kwietnia kwiecień kwi апреля nisan',
    'may mai mayo maggio mag maio mei maja maj мая mayıs',
    'june jun juni juin junio giugno giu junho czerwca czerwiec cze июня haziran',
    'july jul juli juillet juil julio luglio lug julho lipca lipiec lip июля temmuz',
    'august aug août aout agosto ago augustus sierpnia sierpień sie августа ağustos augusti',
    'september sep sept septembre septiembre settembre set setembro września wrzesień wrz сентября eylül',
    'october oct oktober okt octobre octubre ottobre ott outubro out października październik paź октября ekim',
    'november nov novembre noviembre novembro listopada listopad lis ноября kasım',
    'december dec dezember dez décembre déc decembre diciembre dic dicembre dezembro grudnia grudzień gru декабря aralık desember',
  ].flatMap((names, month) => names.split(' ').map((name) => [name, month] as const)),
);

export const WEEKDAYS = new Map(
  [
    'sunday sonntag dimanche domingo domenica zondag niedzielę niedziela niedzieli воскресенья воскресенье pazar söndag søndag',
    'monday montag lundi lunes lunedì segunda segunda-feira maandag poniedziałek poniedziałku понедельника понедельник pazartesi måndag mandag',
    'tuesday dienstag mardi martes martedì terça terça-feira dinsdag wtorek wtorku вторника вторник salı tisdag tirsdag',
    'wednesday mittwoch mercredi miércoles mercoledì quarta quarta-feira woensdag środę środa środy среда среды среду çarşamba onsdag',
    'thursday donnerstag jeudi jueves giovedì quinta quinta-feira donderdag czwartek czwartku четверга четверг perşembe torsdag',
    'friday freitag vendredi viernes venerdì sexta sexta-feira vrijdag piątek piątku пятницы пятницу cuma fredag',
    'saturday samstag samedi sábado sabato zaterdag sobotę sobota soboty субботы субботу cumartesi lördag lørdag',
  ].flatMap((names, day) => names.split(' ').map((name) => [name, day] as const)),
);

/** Short ones are words of other languages, too: they count behind an English preposition. */
export const SHORT_WEEKDAYS = 'sun mon tue wed thu fri sat'.split(' ');

export const EAST_WEEKDAYS = '日月火水木金土天一二三四五六';

/** How many days off a word is. */
export const RELATIVE = new Map(
  [
    'tomorrow morgen demain mañana domani amanhã jutro завтра 明日 明天 yarın imorgon 내일',
    'übermorgen pojutrze послезавтра 明後日 后天',
  ].flatMap((words, at) => words.split(' ').map((word) => [word, at + 1] as const)),
);

export const NUMBERS = new Map(
  [
    'a one ein einer eine einem un une una um uma een jeden',
    'two zwei deux dos due dois duas twee dwa dwie',
    'three drei trois tres tre três drie trzy',
    'four vier quatre cuatro quattro quatro vier cztery',
  ].flatMap((words, at) => words.split(' ').map((word) => [word, at + 1] as const)),
);
