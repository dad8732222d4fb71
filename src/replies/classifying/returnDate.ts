import { type DayMention, findDays } from './dayMentions';
import { AWAY_WORDS } from './phrases';

/**
 * The day on which an out-of-office says that its writer is back, as YYYY-MM-DD, or null. What is said of the return
 * comes first, before or after its day; then until when somebody is away. `written` fills in what people leave out.
 */
export function findReturnDate(text: string, written: Date | null): string | null {
  const sentences = text
    .slice(0, LONGEST_TEXT)
    .replace(/[０-９]/g, (digit) => digit.normalize('NFKC'))
    .replace(BETWEEN_DATES, ' - ')
    .split(SENTENCE_END)
    .map((part) => part.replace(/\s+/g, ' '));
  const said = sentences.map((sentence) => ({ sentence, days: findDays(sentence, written) }));
  const [back, last] = [dayOfReturn, lastDayAway].map((find) => {
    for (const { sentence, days } of said) {
      const found = days.length > 0 ? find(sentence, days) : null;
      if (found) return found;
    }
    return null;
  });
  const day = back && last ? dayBehind(back, last) : (back ?? last)?.day;
  return day?.toISOString().slice(0, 10) ?? null;
}

/** "Out through March 19. Back Thursday!": a weekday alone is the first one behind the last day away. */
function dayBehind({ day, isDate }: DayMention, last: DayMention): Date {
  const weeks = isDate || !last.isDate ? 0 : Math.floor((last.day.getTime() - day.getTime()) / WEEK_MS) + 1;
  return new Date(day.getTime() + Math.max(0, weeks) * WEEK_MS);
}

const WEEK_MS = 7 * 86_400_000;

const LONGEST_TEXT = 4_000;
/** A full stop after a number is most often a part of its date, and so is one before a number ("Jan. 5"). */
const SENTENCE_END = /(?<!\d)[.!?](?=\s(?!\d))|[。！？;；]|\n\s*\n/u;
/** "22.12-02.01" */
const BETWEEN_DATES =
  /(?<=\d[./月월]\d{1,2}(?:[./](?:\d{2}|\d{4})?|[日号號일])?)[-–—~～](?=\d{1,2}[./月월]\d)/g;

// So far from its day a word of return may stand.
const NEAR = 45;

const RETURN =
  /(?<!\p{L})(?:back(?! to you)|return(?:ing|s)?(?! (?:the(?! \d)|your|this|it|calls?)\b)|available again|resume|resuming|re-?open(?:s|ing)?|wieder|zurück|kehre|rückkehr|de retour|retour|reprise|réouverture|reviens|revenons|reprend(?:s|rai)?|serai joignable|(?:à|de) nouveau (?:disponibles?|joignables?|au bureau|parmi)|de regreso|de vuelta|(?:estaré|estaremos) (?:disponible|operativ[oa])s?|retom(?:o|aré|aremos|arei)|regres[oa](?:ré|remos)?|vuelvo|volver[ée]|me reincorpor(?:o|aré)|rientr(?:o|erò)|torn(?:o|erò)|riapr(?:e|iamo|irà|iremo|iranno)|(?<!non )(?:sarò|saremo) (?:nuovamente |di nuovo )?(?:in ufficio|disponibil[ei]|operativ[oi])|di ritorno|di nuovo|de volta|regress(?:o|arei)|retorn(?:o|arei)|volto|voltarei|terug|weer|wracam|wrócę|powrót|z powrotem|ponownie|(?:będę )?dostępn[ya]|вернусь|выхожу|выйду|(?<!не )буду (?:в офисе|доступ\p{L}{1,4})|на (?:месте|работе)|dön(?:eceği[mz]|üyorum|üş(?:üm)?)|(?:tekrar )?(?:ofiste|işte|işimin başında) olaca(?:ğım|ğız)|tillbaka|åter|tilbage|tilbake)(?!\p{L})|戻り|出社|復帰|通常(?:業務|営業)|再開|以降|返回|回[来來到]|回(?:办公|辦公|公司)|上班|恢[复復]|[后後]回[复覆]|복귀|출근|돌아/giu;

const BEHIND_ITS_DAY = /^(?:wieder|zurück|weer|terug|[^\p{Script=Latin}])/iu;
/** "will not return until 5 January" */
const NOT_UNTIL = /^ (?:until|till|before) $/i;

const UNTIL_BEFORE =
  /(?<!\p{L})(?:until|till|through|thru|up to|w\/e|week ending|bis(?: (?:zum|einschließlich|einschl\.|inkl\.))?|jusqu['’](?:au|à|en)?(?: la)?|hasta(?: el)?|(?:fino|sino) (?:al?|all['’]|alla)|até(?: (?:o dia|dia|ao?))?|tot(?: en met)?(?: de)?|t\/m|til(?:l (?:och|&) med| og med)?(?: den)?|do(?: dnia)?|aż do|по|до)\s?(?:(?:eod|cob|end of day)(?: on)? )?(?:(?:le|el|il|the|de|den|dem|o) )?$|(?:至|到|～|~|〜)\s?$/iu;
/** Between the first day of an absence and its last. */
const RANGE_BEFORE =
  /\d(?:st|nd|rd|th|er|\.|日|号|\p{L}|\s){0,20}\s?(?:(?:[-–—]|(?<!\p{L})(?:to|and|bis|au|al|a|e|à|tot|do|по|till?))\s(?:(?:the|le|el|il) )?|[-–—]|all['’])$/iu;
const UNTIL_AFTER =
  /^(?:[（(][日月火水木金土월화수목금토일][)）])?\s?(?:まで|까지|inclusive|inclus)|^(?:['’]\p{L}{1,3})?(?: \p{L}{3,9}){0,2} kadar/iu;

function dayOfReturn(sentence: string, days: readonly DayMention[]): DayMention | null {
  for (const cue of sentence.matchAll(RETURN)) {
    const [start, end] = [cue.index, cue.index + cue[0].length];
    const after = days.find(
      (day) =>
        day.start >= end &&
        day.start - end < NEAR &&
        (!isLastDay(sentence, day) || NOT_UNTIL.test(sentence.slice(end, day.start))),
    );
    const before = days.findLast(
      (day) => day.end <= start && start - day.end < NEAR && !isLastDay(sentence, day),
    );
    // "wieder" stands behind its day too, and the nearer one is meant; "back" stands before it.
    const isNearer = after && before && BEHIND_ITS_DAY.test(cue[0]) && start - before.end < after.start - end;
    const nearer = isNearer ? before : (after ?? before);
    if (nearer) return nearer;
  }
  return null;
}

function lastDayAway(sentence: string, days: readonly DayMention[]): DayMention | null {
  const last = days.find(
    (day, at) => isLastDay(sentence, day) && !isOfficeHours(sentence, days[at - 1], day),
  );
  return last ?? null;
}

/** "Monday to Friday", where nothing is said of an absence. */
function isOfficeHours(sentence: string, before: DayMention | undefined, day: DayMention): boolean {
  return (
    before !== undefined &&
    !before.isDate &&
    !day.isDate &&
    day.start - before.end < 10 &&
    !AWAY_WORDS.test(sentence)
  );
}

function isLastDay(sentence: string, { start, end, isDate, endsRange }: DayMention): boolean {
  const before = sentence.slice(Math.max(0, start - 40), start);
  const withoutWeekday = before.replace(/\p{L}{3,12},? $/u, '');
  return (
    endsRange ||
    UNTIL_BEFORE.test(before) ||
    (isDate && UNTIL_BEFORE.test(withoutWeekday)) ||
    (isDate && RANGE_BEFORE.test(before)) ||
    UNTIL_AFTER.test(sentence.slice(end, end + 30))
  );
}
