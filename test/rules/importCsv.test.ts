import fc from 'fast-check';
import { parseEmailAddress } from '../../src/identity/emailAddress';
import { guardFormula, joinTags, splitTags, unguardFormula, writeCell } from '../../src/prospects/csv/cells';
import { detectSeparator, mapColumns } from '../../src/prospects/csv/columns';
import { decodeText, isKnownCharset } from '../../src/prospects/csv/decodeText';
import { copyPlainAddress } from '../../src/prospects/csv/plainAddress';
import { Scanner } from '../../src/prospects/csv/scanner';

interface Found {
  line: number;
  cells: string[] | string;
}

/** All records of these pieces of a file, a flawed one as its flaw. */
function scan(pieces: readonly (Buffer | string)[], separator = ','): Found[] {
  const scanner = new Scanner(separator.charCodeAt(0), 50);
  const found: Found[] = [];
  pieces.forEach((piece, n) => {
    scanner.push(Buffer.from(piece), n === pieces.length - 1);
    while (scanner.next()) found.push({ line: scanner.line, cells: scanner.flaw ?? cellsOf(scanner) });
  });
  return found;
}

function cellsOf(record: Scanner): string[] {
  return Array.from({ length: record.cells }, (_, n) => {
    const text = record.bytes.subarray(record.starts[n], record.ends[n]).toString();
    return record.doubled[n] ? text.replaceAll('""', '"') : text;
  });
}

function cutAt(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, n) => bytes.subarray(places[n], end));
}

describe('the scanner', () => {
  test.each<[string, string, (string[] | string)[]]>([
    [
      'lines that end with CRLF',
      'a,b\r\nc,d\r\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'lines that end with CR',
      'a,b\rc,d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'an empty last cell',
      'a,\n,b',
      [
        ['a', ''],
        ['', 'b'],
      ],
    ],
    [
      'empty lines',
      '\n\na,b\n\r\n\nc,d\n\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['quotes within quotes', '"say ""hi""","""",""', [['say "hi"', '"', '']]],
    [
      'a separator and a line break in quotes',
      '"a,b","c\r\nd"\ne,f',
      [
        ['a,b', 'c\r\nd'],
        ['e', 'f'],
      ],
    ],
    [
      'a quote that does not begin the cell',
      'a "b",5"\nc,d',
      [
        ['a "b"', '5"'],
        ['c', 'd'],
      ],
    ],
    [
      'text behind a closing quote',
      '"Joe "Big, Inc" Doe",x\nc,d',
      ['column 1: a quote inside of quotes must be doubled', ['c', 'd']],
    ],
    [
      'a quote that is never closed',
      'a,b\nc,"d\ne,f\ng,h\n',
      [['a', 'b'], 'column 2: a quote is opened and never closed', ['e', 'f'], ['g', 'h']],
    ],
  ])('reads %s', (_name, text, cells) => {
    expect(scan([text]).map((record) => record.cells)).toEqual(cells);
  });

  test('names the line on which a record begins, also behind quoted line breaks', () => {
    const lines = scan(['a\n"b\nb\r\nb\rb"\nc\r\n\r\nd\n"e']).map(({ line }) => line);
    expect(lines).toEqual([1, 2, 6, 8, 9]);
  });

  test('finds the same cells however a file is written, and wherever it is cut', () => {
    const cell = fc.string({
      unit: fc.constantFrom('a', 'é', '"', ',', ';', '\t', '\n', '\r', ' '),
      maxLength: 6,
    });
    fc.assert(
      fc.property(
        fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 }),
        fc.constantFrom(',', ';', '\t'),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.array(fc.nat()),
        (records, separator, lineEnd, cuts) => {
          const write = (text: string) =>
            /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
          const text = records.map((cells) => cells.map(write).join(separator)).join(lineEnd);
          const found = scan(cutAt(Buffer.from(text), cuts), separator);
          expect(found.map(({ cells }) => cells)).toEqual(records);
        },
      ),
    );
  });

  test('takes any bytes, wherever they are cut, and gets to the end', () => {
    const bytes = fc.uint8Array({ maxLength: 200 }).map(Buffer.from);
    const likely = fc
      .string({ unit: fc.constantFrom('"', ',', '\n', '\r', 'x'), maxLength: 60 })
      .map(Buffer.from);
    fc.assert(
      fc.property(fc.oneof(bytes, likely), fc.array(fc.nat()), (file, cuts) => {
        expect(scan(cutAt(file, cuts))).toEqual(scan([file]));
      }),
    );
  });

  test('passes over a line without an end, holding no more than a megabyte of it', () => {
    const scanner = new Scanner(44, 5);
    const piece = Buffer.alloc(300_000, 'x');
    const flaws: unknown[] = [];
    let held = 0;
    for (let n = 0; n < 20; n += 1) {
      scanner.push(piece, false);
      while (scanner.next()) flaws.push(scanner.flaw);
      held = Math.max(held, scanner.bytes.length);
    }
    scanner.push(Buffer.from('\na,b'), true);
    expect(scanner.next()).toBe(true);
    expect([cellsOf(scanner), scanner.line]).toEqual([['a', 'b'], 2]);
    expect(flaws).toEqual([expect.stringContaining('longer than 1 MiB')]);
    expect(held).toBeLessThan(2_000_000);
  });

  test('finds the lines again that an open quote swallowed', () => {
    expect(scan(['a,"b\nc,d\n"e",f\ng,h'])).toEqual([
      { line: 1, cells: 'column 2: a quote inside of quotes must be doubled' },
      { line: 2, cells: ['c', 'd'] },
      { line: 3, cells: ['e', 'f'] },
      { line: 4, cells: ['g', 'h'] },
    ]);
  });

  test('gives up on a file that opens a quote in every line and closes none', () => {
    const scanner = new Scanner(44, 5);
    scanner.push(Buffer.from('x","\n'.repeat(300_000)), false);
    expect(() => {
      while (scanner.next());
    }).toThrow(/never closed/);
  });
});

test('an address that is copied byte by byte is what parseEmailAddress makes of it', () => {
  const part = fc.string({
    unit: fc.constantFrom('a', 'Z', '0', '-', '.', '+', '_', "'", '@', ' ', 'ü', 'xn--'),
    maxLength: 8,
  });
  const whole = fc.string({ maxLength: 20 });
  const long = fc.tuple(fc.nat(70), fc.nat(70), fc.nat(5)).map(([local, label, labels]) => {
    return `${'l'.repeat(local)}@${`${'d'.repeat(label)}.`.repeat(labels)}com`;
  });
  const addresses = fc.oneof(
    fc.tuple(part, part, part).map(([a, b, c]) => `${a}@${b}.${c}`),
    whole,
    long,
  );
  fc.assert(
    fc.property(addresses, (text) => {
      const source = Buffer.from(text);
      const target = Buffer.alloc(300);
      const length = copyPlainAddress(source, 0, source.length, target, 7);
      if (length > 0) expect(target.toString('latin1', 7, 7 + length)).toBe(parseEmailAddress(text));
    }),
    { numRuns: 2_000 },
  );
});

test.each(['ann@example.com', 'Ann.O+x@Mail.EXAMPLE.co.uk', "o'brien@a-b.io"])(
  '%s needs no string',
  (text) => {
    const target = Buffer.alloc(300);
    const length = copyPlainAddress(Buffer.from(text), 0, text.length, target, 0);
    expect(target.toString('latin1', 0, length)).toBe(text.toLowerCase());
  },
);

describe('an encoding', () => {
  const text = 'email;name\nann@example.com;Zoë Müller\n';
  const utf16le = Buffer.from(text, 'utf16le');

  async function decode(bytes: Buffer, charset: string | null = null): Promise<string> {
    async function* inParts() {
      for (let at = 0; at < bytes.length; at += 999) yield bytes.subarray(at, at + 999);
    }
    const pieces: Buffer[] = [];
    for await (const piece of decodeText(inParts(), charset)) pieces.push(piece);
    return Buffer.concat(pieces).toString();
  }

  test.each<[string, Buffer, string | null]>([
    ['UTF-8', Buffer.from(text), null],
    ['UTF-8 with its mark', Buffer.from(`\ufeff${text}`), null],
    ['UTF-8 with its mark, whatever the header says', Buffer.from(`\ufeff${text}`), 'latin1'],
    ['Latin-1', Buffer.from(text, 'latin1'), null],
    ['Latin-1 by its name', Buffer.from(text, 'latin1'), 'ISO-8859-1'],
    ['UTF-16 LE', utf16le, null],
    ['UTF-16 LE with its mark', Buffer.from(`\ufeff${text}`, 'utf16le'), null],
    ['UTF-16 BE', Buffer.from(utf16le).swap16(), null],
    ['UTF-16 BE with its mark', Buffer.from(`\ufeff${text}`, 'utf16le').swap16(), null],
  ])('is recognised: %s', async (_name, bytes, charset) => {
    expect(await decode(bytes, charset)).toBe(text);
  });

  test('Windows-1252 is Latin-1 with more in it', async () => {
    expect(await decode(Buffer.from([0x80, 0x20, 0x93, 0xe9, 0x94]))).toBe('€ “é”');
  });

  test('of another kind is known by its name', async () => {
    expect(await decode(Buffer.from([0xc8, 0xcd, 0xdf]), 'koi8-r')).toBe('хмъ');
    expect([isKnownCharset('koi8-r'), isKnownCharset('klingon')]).toEqual([true, false]);
  });

  test('what the first letter is, the file is: a broken one later does not change it', async () => {
    const bytes = Buffer.concat([Buffer.from('é\n'), Buffer.from([0xe9, 0x0a])]);
    expect(await decode(bytes)).toBe('é\n\ufffd\n');
  });

  test.each(['é', 'é\n'])(
    'of a letter that a piece cuts in two is told when the rest has come: %j',
    async (end) => {
      const filler = 'x'.repeat(256 * 1024 - 1);
      for (const encoding of ['utf8', 'latin1'] as const) {
        const text = await decode(Buffer.from(`${filler}${end}`, encoding));
        expect(text.slice(filler.length)).toBe(end);
      }
    },
  );

  test.each([
    ['PK\x03\x04', 'Excel workbook'],
    ['\x1f\x8b\x08\x00', 'gzip'],
    ['%PDF-1.7', 'PDF'],
  ])('is none: %j', async (beginning, what) => {
    await expect(decode(Buffer.from(beginning, 'latin1'))).rejects.toThrow(what);
  });
});

describe('columns', () => {
  test.each<[string, object]>([
    ['email,first_name,last_name,company,tags', { email: 0, firstName: 1, lastName: 2, company: 3, tags: 4 }],
    ['Vorname;Nachname;E-Mail-Adresse;Firma', { email: 2, firstName: 0, lastName: 1, company: 3, tags: -1 }],
    ['Prénom;Nom;Courriel;Société', { email: 2, firstName: 0, lastName: 1, company: 3 }],
    ['Имя;Фамилия;Почта;Компания', { email: 2, firstName: 0, lastName: 1, company: 3 }],
    ['姓,名,邮箱,公司', { email: 2, firstName: 1, lastName: 0, company: 3 }],
    ['Email Status,Contact E-Mail', { email: 1 }],
    ['mail,Email', { email: 1 }],
  ])('are guessed: %s', (header, fields) => {
    expect(mapColumns(header.split(/[,;]/), {}).fields).toMatchObject(fields);
  });

  test('that are chosen come first, and the others become attributes', () => {
    const { fields, attributes, leftOut } = mapColumns(['Email', 'Contact', '', 'City', 'x'.repeat(65)], {
      email: 'contact',
    });
    expect(fields).toMatchObject({ email: 1 });
    expect(attributes).toEqual([
      { column: 0, name: 'Email' },
      { column: 3, name: 'City' },
    ]);
    expect(leftOut).toEqual(['x'.repeat(65)]);
  });

  test('that are chosen to be none are attributes, however they are called', () => {
    const { fields, attributes } = mapColumns(['Mail', 'Company'], { company: '', tags: '' });
    expect(fields).toEqual({ email: 0, firstName: -1, lastName: -1, company: -1, tags: -1 });
    expect(attributes).toEqual([{ column: 1, name: 'Company' }]);
    expect(() => mapColumns(['Mail'], { email: '' })).toThrow(/No column/);
  });

  test.each<[string[], object, RegExp]>([
    [['Name', 'Ort'], {}, /"Name", "Ort".*\?email=/],
    [['ann@example.com', 'Ann'], {}, /first line must name/],
    [['email'], { company: 'Firm' }, /no column "Firm".*"email"/],
  ])('that do not do are named: %j', (header, chosen, message) => {
    expect(() => mapColumns(header, chosen)).toThrow(message);
  });

  test.each([
    ['a,b,c', ','],
    ['a;b;c,d', ';'],
    ['a\tb', '\t'],
    ['"a,b,c";d\n1,2,3,4', ';'],
    ['\r\na;b', ';'],
    ['alone', ','],
  ])('are told apart in %j', (text, separator) => {
    expect(String.fromCharCode(detectSeparator(Buffer.from(text)))).toBe(separator);
  });
});

describe('a cell', () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom("'", '=', '+', '-', '@', '\t', '"', ',', ' ') }),
  );

  test('that a spreadsheet would run is guarded, and comes back as it was', () => {
    expect(['=1+1', '@SUM(A1)', "'=x", '-5', 'a=b', "it's"].map(guardFormula)).toEqual([
      "'=1+1",
      "'@SUM(A1)",
      "''=x",
      "'-5",
      'a=b',
      "it's",
    ]);
    fc.assert(fc.property(text, (value) => expect(unguardFormula(guardFormula(value))).toBe(value)));
  });

  test('is written so that the scanner finds it', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 2, maxLength: 5 }), (values) => {
        const [record] = scan([values.map(writeCell).join(',')]);
        expect(record?.cells).toEqual(values.map(guardFormula));
      }),
    );
  });

  test('holds tags, whatever is in them', () => {
    expect(splitTags(' vip; lead |,cold,,vip')).toEqual(['vip', 'lead', 'cold']);
    const tag = fc.string({ unit: fc.constantFrom('a', ',', ';', '|', '\\', ' '), minLength: 1 });
    fc.assert(
      fc.property(fc.uniqueArray(tag.filter((name) => name.trim() === name && name !== '')), (tags) => {
        expect(splitTags(joinTags(tags))).toEqual(tags);
      }),
    );
  });
});
