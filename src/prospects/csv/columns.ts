import { parseEmailAddress } from '../../identity/emailAddress';
import { TEXT_RULES } from '../prospectData';
import { UnreadableFile } from './unreadableFile';

/** What a column can say of a prospect besides attributes. */
export const FIELDS = ['email', 'firstName', 'lastName', 'company', 'tags'] as const;
export type Field = (typeof FIELDS)[number];

/** What each column of a file is. */
export interface Columns {
  /** How many the header has, and so every record must have. */
  count: number;
  /** Which column holds a field; -1 for none. */
  fields: Readonly<Record<Field, number>>;
  /** All other columns that have a name. */
  attributes: readonly { column: number; name: string }[];
  /** Columns whose names are too long for an attribute. */
  leftOut: readonly string[];
}

/**
 * Says what each column is: the fields as guessFields has them; the others become attributes.
 *
 * @throws UnreadableFile naming the columns, when a chosen one is not there or none holds the address
 */
export function mapColumns(header: readonly string[], chosen: Chosen): Columns {
  const fields = guessFields(header, chosen);
  if (fields.email < 0) throw new UnreadableFile(explainMissingEmail(header));
  const taken = new Set(Object.values(fields));
  const others = header
    .map((name, column) => ({ column, name }))
    .filter(({ column, name }) => name !== '' && !taken.has(column));
  return {
    count: header.length,
    fields,
    attributes: others.filter(({ name }) => TEXT_RULES.label.accepts.test(name)),
    leftOut: others.filter(({ name }) => !TEXT_RULES.label.accepts.test(name)).map(({ name }) => name),
  };
}

/** Columns by their names in the header, where the guess would be wrong; '' where no column is that field. */
export type Chosen = Partial<Record<Field, string>>;

/**
 * Which column holds which field, -1 for none: as `chosen` says, else by its name, as people call it in several
 * languages. One column a field, the one with our own name for it first.
 *
 * @throws UnreadableFile naming the columns, when a chosen one is not there
 */
export function guessFields(header: readonly string[], chosen: Chosen): Record<Field, number> {
  const keys = header.map(keyOf);
  const taken = new Set<number>();
  const take = (column: number) => {
    if (column >= 0) taken.add(column);
    return column;
  };
  const picked = FIELDS.map((field) => {
    const name = chosen[field];
    const column = name ? header.findIndex((title) => isSameTitle(title, name)) : -1;
    if (name && column < 0) {
      throw new UnreadableFile(`There is no column ${JSON.stringify(name)}. ${listColumns(header)}`);
    }
    return [field, take(column)] as const;
  });
  const guessed = picked.map(([field, column]) => {
    if (column >= 0 || chosen[field] === '') return [field, column] as const;
    const found = NAMES[field].map((name) => keys.findIndex((key, n) => key === name && !taken.has(n)));
    return [field, take(found.find((n) => n >= 0) ?? -1)] as const;
  });
  const fields = Object.fromEntries(guessed) as Record<Field, number>;
  if (fields.email < 0 && chosen.email !== '') {
    fields.email = keys.findIndex((key, n) => !taken.has(n) && ENDS_LIKE_EMAIL.test(key));
  }
  return fields;
}

/** The separator of a file: whichever of comma, semicolon and tab is most in its first line, outside of quotes. */
export function detectSeparator(bytes: Buffer): number {
  const counts = SEPARATORS.map(() => 0);
  let isQuoted = false;
  let hasBegun = false; // there may be empty lines above
  for (const byte of bytes) {
    if (byte === 0x22) isQuoted = !isQuoted;
    if (isQuoted) continue;
    if ((byte === 0x0a || byte === 0x0d) && hasBegun) break;
    hasBegun ||= byte !== 0x0a && byte !== 0x0d;
    const n = SEPARATORS.indexOf(byte);
    if (n >= 0) counts[n] = (counts[n] ?? 0) + 1;
  }
  return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? COMMA;
}

const COMMA = 0x2c;
const SEPARATORS: readonly number[] = [COMMA, 0x3b, 0x09];

/**
 * What a field is called, in the order of preference: our own name, then English, German, French, Spanish,
 * Portuguese, Italian, Dutch, the Nordic languages, Polish, Russian, Chinese, Japanese; as keyOf spells them.
 */
const NAMES: Readonly<Record<Field, readonly string[]>> = {
  email:
    `email emailaddress mail workemail businessemail primaryemail emailadresse mailadresse adresseemail adressemail
    courriel adresseelectronique correo correoelectronico enderecodeemail indirizzoemail postaelettronica emailadres
    epost epostadress epostadresse sahkoposti adresemail почта электроннаяпочта эпочта 邮箱 电子邮件 电子邮箱 邮件 メール
    メールアドレス`.split(/\s+/),
  firstName:
    `firstname first givenname forename vorname rufname prenom nombre nome primeironome voornaam fornavn fornamn
    etunimi imie имя 名 名字 名前`.split(/\s+/),
  lastName:
    `lastname last surname familyname nachname familienname zuname nom nomdefamille apellido apellidos sobrenome
    apelido cognome achternaam etternavn efternavn efternamn sukunimi nazwisko фамилия 姓 姓氏 苗字`.split(
      /\s+/,
    ),
  company:
    `company companyname organisation organization organisationname organizationname employer business account
    accountname firma firmenname unternehmen entreprise societe organisme empresa compania azienda societa ditta bedrijf
    bedrijfsnaam foretag virksomhed yritys компания организация 公司 公司名称 会社 会社名`.split(/\s+/),
  tags: 'tags tag labels label schlagworte etiquettes etiquetas etichette теги 标签 タグ'.split(/\s+/),
};

/** `Contact E-Mail`, `Email 1`: but not `Email status`. */
const ENDS_LIKE_EMAIL = /(?:email|emailaddress|emailadresse)\d*$/;

/** Only letters and digits, without accents and in lower case: `E-Mail`, `e_mail` and `EMAIL` are one. */
function keyOf(title: string): string {
  return title
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase();
}

function isSameTitle(title: string, asked: string): boolean {
  return title.toLowerCase() === asked.trim().toLowerCase();
}

function explainMissingEmail(header: readonly string[]): string {
  if (header.some((title) => parseEmailAddress(title) !== null)) {
    return 'The first line must name the columns, such as email,first_name; here it holds an address.';
  }
  return `No column looks like an email address. ${listColumns(header)} Say which it is with ?email=COLUMN.`;
}

/** As many as a person reads. */
const COLUMNS_NAMED = 20;

function listColumns(header: readonly string[]): string {
  const named = header.slice(0, COLUMNS_NAMED).map((title) => JSON.stringify(title.slice(0, 64)));
  const more = header.length - named.length;
  return `The columns are: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`;
}
