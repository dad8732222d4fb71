/**
 * The day on which an out-of-office says that its writer is back, as YYYY-MM-DD, or null. `written` fills in what people
 * leave out: the year, or all but the weekday. Of two readings of 3/4 the one that lies ahead and nearer is taken.
 */
export function findReturnDate(text: string, written: Date | null): string | null {
  const said = text.slice(0, LONGEST_TEXT).replace(/\s+/g, ' ');
  for (const cue of CUES) {
    for (const match of said.matchAll(cue)) {
      const at = match.index + match[0].length;
      const before = JAPANESE_CUE.test(match[0])
        ? said.slice(Math.max(0, match.index - 24), match.index)
        : said.slice(at, at + 60);
      const day = readDay(before, written);
      if (day) return day.toISOString().slice(0, 10);
    }
  }
  return null;
}

const LONGEST_TEXT = 4_000;
const DAY_MS = 86_400_000;
// Nobody announces a longer absence; what is further off was misread.
const LONGEST_ABSENCE_MS = 400 * DAY_MS;

const MONTHS = new Map(
  [
    'january jan januar janvier janv enero ene gennaio gen janeiro januari stycznia styczeń sty января',
    'february feb februar février févr fevrier febrero febbraio fevereiro fev februari lutego luty lut февраля',
    'march mar märz mrz maerz mars marzo março marco maart mrt marca marzec марта',
    'april apr avril avr abril abr aprile kwietnia kwiecień kwi апреля',
    'may mai mayo maggio mag maio mei maja maj мая',
    'june jun juni juin junio giugno giu junho czerwca czerwiec cze июня',
    'july jul juli juillet juil julio luglio lug julho lipca lipiec lip июля',
    'august aug août aout agosto ago augustus sierpnia sierpień sie августа',
    'september sep sept septembre septiembre settembre set setembro września wrzesień wrz сентября',
    'october oct oktober okt octobre octubre ottobre ott outubro out października październik paź октября',
    'november nov novembre noviembre novembro listopada listopad lis ноября',
    'december dec dezember dez décembre déc decembre diciembre dic dicembre dezembro grudnia grudzień gru декабря',
  ].flatMap((names, month) => names.split(' ').map((name) => [name, month] as const)),
);

const WEEKDAYS = new Map(
  [
    'sunday sonntag dimanche domingo domenica zondag niedzielę niedziela воскресенье',
    'monday montag lundi lunes lunedì segunda segunda-feira maandag poniedziałek понедельник',
    'tuesday dienstag mardi martes martedì terça terça-feira dinsdag wtorek вторник',
    'wednesday mittwoch mercredi miércoles mercoledì quarta quarta-feira woensdag środę środa среду',
    'thursday donnerstag jeudi jueves giovedì quinta quinta-feira donderdag czwartek четверг',
    'friday freitag vendredi viernes venerdì sexta sexta-feira vrijdag piątek пятницу',
    'saturday samstag samedi sábado sabato zaterdag sobotę sobota субботу',
  ].flatMap((names, day) => names.split(' ').map((name) => [name, day] as const)),
);

// "Back on", then "until": the first names the day itself.
const CUES = [
  /\b(?:(?:be |am |i['’]ll be )?back(?: (?:in|to|at) (?:the |my )?(?:office|work|desk))?|return(?:ing)?(?: to (?:the )?(?:office|work))?|available again|resume work)(?: (?:from|on|by|as of))?\b|wieder (?:ab |am )?|(?:zurück|erreichbar)(?: bin ich)?(?: ab| am)?|de retour(?: au bureau)?(?: à partir du| le| au| dès le)?|reprendrai .{0,20}(?:le|du)|(?:de regreso|de vuelta|regres(?:o|aré)|vuelvo|volveré|me reincorpor(?:o|aré))(?: a la oficina)?(?: el)?|(?:rientr(?:o|erò)|torn(?:o|erò)|di ritorno)(?: in ufficio)?(?: il| dal)?|(?:de volta|regress(?:o|arei)|retorn(?:o|arei)|volto|voltarei)(?: ao escritório)?(?: (?:em|no dia|a|dia))?|(?:ben|weer) (?:terug|bereikbaar|aanwezig)?(?: op| vanaf)?|terug (?:op|vanaf)|(?:wracam|wrócę|będę z powrotem|powrót)(?: do biura)?(?: w dniu)?|вернусь|буду на (?:месте|работе)/giu,
  /(?<!\p{L})(?:until|till|through|thru|up to|bis(?: (?:zum|einschließlich|einschl\.))?|jusqu['’](?:au|à)|hasta(?: el)?|fino (?:al|a)|até(?: (?:o dia|dia|a))?|tot(?: en met)?|t\/m|do(?: dnia)?|aż do)(?!\p{L})|до |至|到/giu,
  /(?:まで|から(?:出社|復帰|通常)|に(?:戻り|復帰|出社)|(?:返回|回到|恢复|上班))/gu,
];
const JAPANESE_CUE = /^(?:まで|から|に|返回|回到|恢复|上班)/u;

function readDay(text: string, written: Date | null): Date | null {
  const readings = [...numeric(text), ...worded(text), ...weekday(text, written)];
  const from = written?.getTime() ?? null;
  const days = readings.flatMap(({ year, month, day }) => {
    const years =
      year === null ? (written ? [written.getUTCFullYear(), written.getUTCFullYear() + 1] : []) : [year];
    return years.map((each) => dayOf(each, month, day)).filter((date) => date !== null);
  });
  const ahead = days.filter(
    (date) => from === null || (date.getTime() > from - DAY_MS && date.getTime() < from + LONGEST_ABSENCE_MS),
  );
  return ahead.toSorted((one, other) => one.getTime() - other.getTime())[0] ?? null;
}

interface Reading {
  year: number | null;
  month: number;
  day: number;
}

function numeric(text: string): Reading[] {
  const iso = /(\d{4})[-./年]\s?(\d{1,2})[-./月]\s?(\d{1,2})/.exec(text);
  if (iso) return [{ year: Number(iso[1]), month: Number(iso[2]) - 1, day: Number(iso[3]) }];
  const east = /(\d{1,2})月\s?(\d{1,2})[日号]/.exec(text);
  if (east) return [{ year: null, month: Number(east[1]) - 1, day: Number(east[2]) }];
  const west = /(?<!\d)(\d{1,2})([./-])(\d{1,2})(?:\2(\d{4}|\d{2})?)?(?!\d)/.exec(text);
  if (!west) return [];
  const [first, second] = [Number(west[1]), Number(west[3])];
  const year = west[4] ? Number(west[4]) + (west[4].length === 2 ? 2000 : 0) : null;
  const european = { year, month: second - 1, day: first };
  return west[2] === '.' ? [european] : [european, { year, month: first - 1, day: second }];
}

function worded(text: string): Reading[] {
  const words = text.toLowerCase().match(/\p{L}+|\d+/gu) ?? [];
  const at = words.findIndex((word) => MONTHS.has(word));
  const month = MONTHS.get(words[at] ?? '');
  if (month === undefined) return [];
  // "5 March", "5. März", "le 1er mars", "5 de marzo", "the 5th of March"; else "March 5".
  const around = [...words.slice(Math.max(0, at - 3), at).toReversed(), ...words.slice(at + 1, at + 2)];
  const day = around.map(Number).find((number) => number >= 1 && number <= 31);
  const year = words
    .slice(at + 1, at + 4)
    .map(Number)
    .find((number) => number >= 2000 && number < 2100);
  return day === undefined ? [] : [{ year: year ?? null, month, day }];
}

function weekday(text: string, written: Date | null): Reading[] {
  const word = (text.toLowerCase().match(/[\p{L}-]+/gu) ?? []).slice(0, 4).find((each) => WEEKDAYS.has(each));
  const wanted = WEEKDAYS.get(word ?? '');
  if (wanted === undefined || !written || /\d/.test(text.slice(0, 40))) return [];
  const ahead = ((wanted - written.getUTCDay() + 6) % 7) + 1;
  const date = new Date(written.getTime() + ahead * DAY_MS);
  return [{ year: date.getUTCFullYear(), month: date.getUTCMonth(), day: date.getUTCDate() }];
}

function dayOf(year: number, month: number, day: number): Date | null {
  const date = new Date(Date.UTC(year, month, day));
  return date.getUTCMonth() === month && date.getUTCDate() === day ? date : null;
}
