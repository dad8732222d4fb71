import { type DayMention, findDays } from './dayMentions';

/**
 * The day on which an out-of-office says that its writer is back, as YYYY-MM-DD, or null. What is said of the return
 * comes first, before or after its day; then until when somebody is away. `written` fills in what people leave out.
 */
export function findReturnDate(text: string, written: Date | null): string | null {
  const sentences = text
    .slice(0, LONGEST_TEXT)
    .split(SENTENCE_END)
    .map((part) => part.replace(/\s+/g, ' '));
  const said = sentences.map((sentence) => ({ sentence, days: findDays(sentence, written) }));
  for (const find of [dayOfReturn, lastDayAway]) {
    for (const { sentence, days } of said) {
      const day = days.length > 0 ? find(sentence, days) : null;
      if (day) return day.toISOString().slice(0, 10);
    }
  }
  return null;
}

const LONGEST_TEXT = 4_000;
/** A full stop after a number is most often a part of its date. */
const SENTENCE_END = /(?<!\d)[.!?](?=\s)|[。！？;；]|\n\s*\n/u;

// So far from its day a word of return may stand.
const NEAR = 45;

const RETURN =
  /(?<!\p{L})(?:back|return(?:ing|s)?|available again|resume|resuming|wieder|zurück|kehre|de retour|retour|reviens|revenons|reprend(?:s|rai)?|serai (?:à nouveau|joignable)|de regreso|de vuelta|regres[oa](?:ré|remos)?|vuelvo|volver[ée]|me reincorpor(?:o|aré)|rientr(?:o|erò)|torn(?:o|erò)|di ritorno|di nuovo|de volta|regress(?:o|arei)|retorn(?:o|arei)|volto|voltarei|terug|weer|wracam|wrócę|powrót|z powrotem|(?:będę )?dostępn[ya]|вернусь|на (?:месте|работе))(?!\p{L})|戻り|出社|復帰|通常業務|再開|返回|回来|回到|上班|恢复/giu;

const UNTIL_BEFORE =
  /(?<!\p{L})(?:until|till|through|thru|up to|bis(?: (?:zum|einschließlich|einschl\.|inkl\.))?|jusqu['’](?:au|à)?(?: la)?|hasta(?: el)?|fino (?:al?|all['’]|alla)|até(?: (?:o dia|dia|ao?))?|tot(?: en met)?(?: de)?|t\/m|do(?: dnia)?|aż do|по|до)\s?(?:(?:le|el|il|the|de|den|dem|o) )?$|(?:至|到|～|~|〜)\s?$/iu;
/** Between the first day of an absence and its last. */
const RANGE_BEFORE =
  /\d(?:st|nd|rd|th|er|\.|日|号|\p{L}|\s){0,20}\s?(?:[-–—]|to|and|bis|au|al|a|e|à|tot|do|по)\s(?:(?:the|le|el|il) )?$|\d\s?[-–—]\s?$/iu;
const UNTIL_AFTER = /^(?:[（(][日月火水木金土][)）])?\s?(?:まで|inclusive|inclus)/iu;

function dayOfReturn(sentence: string, days: readonly DayMention[]): Date | null {
  for (const cue of sentence.matchAll(RETURN)) {
    const [start, end] = [cue.index, cue.index + cue[0].length];
    const after = days.find((day) => day.start >= end && day.start - end < NEAR && !isLastDay(sentence, day));
    const before = days.findLast(
      (day) => day.end <= start && start - day.end < NEAR && !isLastDay(sentence, day),
    );
    // "wieder" stands behind its day, "back" before it; where both have one the nearer is meant.
    const nearer = after && before && start - before.end < after.start - end ? before : (after ?? before);
    if (nearer) return nearer.day;
  }
  return null;
}

function lastDayAway(sentence: string, days: readonly DayMention[]): Date | null {
  return days.find((day) => isLastDay(sentence, day))?.day ?? null;
}

function isLastDay(sentence: string, { start, end, isDate, endsRange }: DayMention): boolean {
  const before = sentence.slice(Math.max(0, start - 40), start);
  const withoutWeekday = before.replace(/\p{L}{3,12},? $/u, '');
  return (
    endsRange ||
    UNTIL_BEFORE.test(before) ||
    (isDate && UNTIL_BEFORE.test(withoutWeekday)) ||
    (isDate && RANGE_BEFORE.test(before)) ||
    UNTIL_AFTER.test(sentence.slice(end, end + 12))
  );
}
