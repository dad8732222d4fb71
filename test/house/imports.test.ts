import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type Import, readSource, readSources, type Source } from './readSources';

/** The plan of the house, held. Each rule says why it exists, and shows a file that breaks it. */
interface Rule {
  name: string;
  why: string;
  /** What is wrong with a file, one text a fault. */
  faults(source: Source): string[];
  /** Would be a fault: its path and its text. */
  broken: readonly [path: string, text: string];
}

/** Rooms of the line, from left to right; those on one step do not know each other. */
const LINE = [
  ['lib'],
  ['gmail', 'database'],
  ['identity'],
  ['slots'],
  ['prospects'],
  ['campaigns'],
  ['sending'],
  ['replies'],
];

/** Rooms outside the line: what they may import besides themselves. */
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  config: ['lib', 'gmail'],
  server: LINE.flat(),
  sandbox: ['lib'],
};

/** Programs: each is the start of a process, and wires what it needs. */
const FRONT_DOORS: Readonly<Record<string, string>> = {
  'src/main.ts': 'the product',
  'src/identity/resetPassword.ts': '`npm run password`',
  'src/slots/rotateKey.ts': '`npm run rotate-key`',
  'src/sandbox/main.ts': 'the sandbox by itself',
  'src/sandbox/demo.ts': '`npm run demo`',
  'src/sandbox/demoProduct.ts': 'starts the product as a process of its own, and hands its environment on',
  'src/server/printSchema.ts': 'prints schema/schema.graphql',
};

const MAY_SPEAK_TYPE_GRAPHQL: Readonly<Record<string, string>> = {
  'src/server/schema.ts': 'builds the schema of all resolvers',
  'src/server/validateInput.ts': 'is handed to buildSchema, and reads its metadata',
};

const MAY_SPEAK_GRAPHQL: Readonly<Record<string, string>> = {
  'src/identity/dateTime.ts': 'a scalar',
  'src/identity/emailAddress.ts': 'a scalar',
  'src/sandbox/demoProduct.ts': 'a client of the public API',
};

const RULES: readonly Rule[] = [
  {
    name: 'rooms import only to the left',
    why: 'what stands on the left can be understood, tested and changed without what stands on its right',
    faults: ({ path, imports }) => {
      const room = roomOf(path);
      if (room === null || path === 'src/main.ts') return [];
      const known = [room, ...leftOf(room), ...(path in FRONT_DOORS ? ['config'] : [])];
      return targets(imports, ({ target }) => {
        const other = roomOf(target);
        return other !== null && !known.includes(other);
      });
    },
    broken: ['src/slots/a.ts', "import { claim } from '../sending/claim';"],
  },
  {
    name: 'the product knows no test, and nothing at the top but the DataSource',
    why: 'dist/ must run without the rest, and entities are listed for the app and the TypeORM CLI in one place',
    faults: ({ path, imports }) =>
      path.startsWith('src/')
        ? targets(imports, ({ target, isOurs }) =>
            isOurs && !target.startsWith('src/')
              ? !(target === 'ormconfig' && path.startsWith('src/database/'))
              : false,
          )
        : [],
    broken: ['src/lib/a.ts', "import { openSandbox } from '../../test/support/sandbox';"],
  },
  {
    name: 'only the mailroom imports nodemailer and imapflow',
    why: 'their errors are turned into our refusals once, in src/gmail, by code before text',
    faults: onlyIn(['nodemailer', 'imapflow'], (path) => path.startsWith('src/gmail/')),
    broken: ['src/replies/a.ts', "import { ImapFlow } from 'imapflow';"],
  },
  {
    name: 'only *.types.ts and *.resolver.ts import type-graphql',
    why: 'a class that is both row and GraphQL type makes a secret public by one decorator',
    faults: onlyIn(
      ['type-graphql'],
      (path) => /\.(types|resolver)\.ts$/.test(path) || path in MAY_SPEAK_TYPE_GRAPHQL,
    ),
    broken: ['src/slots/slot.entity.ts', "import { Field } from 'type-graphql';"],
  },
  {
    name: 'HTTP and GraphQL stay on the porch',
    why: 'a domain function answers a program, a worker and a test alike when it knows neither',
    faults: onlyIn(
      ['graphql', 'graphql-ws', 'ws', 'fastify', '@fastify', '@apollo', '@as-integrations'],
      (path) => path.startsWith('src/server/') || path in MAY_SPEAK_GRAPHQL,
    ),
    broken: ['src/sending/a.ts', "import { GraphQLError } from 'graphql';"],
  },
  {
    name: 'only *.entity.ts have TypeORM columns',
    why: 'one search finds every table, and test/house/migrations.test.ts compares each with its migration',
    faults: ({ path, imports }) =>
      path.startsWith('src/') && !path.endsWith('.entity.ts')
        ? imports
            .filter(({ target }) => target === 'typeorm')
            .flatMap(({ names }) =>
              names.filter((name) => /^(?:Entity|.*Column|.*To(?:One|Many)|Index|Unique)$/.test(name)),
            )
        : [],
    broken: ['src/slots/slot.types.ts', "import { Column } from 'typeorm';"],
  },
  {
    name: 'only config.ts reads the environment',
    why: 'a variable that is read elsewhere is neither checked at the start nor in the table of the README',
    faults: ({ path, text }) =>
      path.startsWith('src/') && path !== 'src/config.ts' && !(path in FRONT_DOORS)
        ? [...text.matchAll(/process\.env\b|process\[/g)].map(([found]) => found)
        : [],
    broken: ['src/lib/a.ts', "export const level = process.env['LOG_LEVEL'];"],
  },
  {
    name: 'folders and files are named by what the product does',
    why: 'a drawer for everything is where nobody finds anything',
    faults: ({ path }) =>
      path.split(/[/.]/).filter((name) => /^(?:utils?|commons?|helpers?|misc|shared)$/i.test(name)),
    broken: ['src/slots/utils.ts', ''],
  },
  {
    name: 'there are no barrels',
    why: 'an index that passes names on hides where they live, and loads a whole room for one of them',
    faults: ({ path, text }) => [
      ...(/^index\./.test(basename(path)) ? [basename(path)] : []),
      ...(text.match(/^export \* from.*/gm) ?? []),
    ],
    broken: ['src/slots/a.ts', "export * from './b';"],
  },
  {
    name: 'exports have names',
    why: 'one search for a name finds where it is made and every place where it is used',
    faults: ({ path, text }) => (path.startsWith('src/') ? (text.match(/^export default\b.*/gm) ?? []) : []),
    broken: ['src/slots/a.ts', 'export default 1;'],
  },
  {
    name: 'a file has at most 400 lines',
    why: 'past some 300 it asks to be two, and nobody keeps 400 in mind',
    faults: ({ path, text }) => {
      const lines = text.split('\n').length - 1;
      return lines > 400 && !path.startsWith('test/') ? [`${lines} lines`] : [];
    },
    broken: ['src/slots/a.ts', '\n'.repeat(401)],
  },
  {
    name: 'a rule is switched off only for a reason that stands beside it',
    why: 'the next reader must be able to see whether the reason still holds',
    faults: ({ text }) =>
      [...text.matchAll(/\/[/*] *(?:biome-ignore|@ts-).*/g)]
        .filter(([comment]) => !/: .{10}/.test(comment))
        .map(([comment]) => comment),
    broken: ['src/slots/a.ts', `/${'/'} @ts-ignore`],
  },
];

const sources = readSources();

test('the whole house is looked at', () => {
  const rooms = new Set(sources.map(({ path }) => roomOf(path)));
  expect([...rooms]).toEqual(expect.arrayContaining(['lib', 'gmail', 'replies', 'server', 'sandbox', null]));
});

describe.each(RULES)('$name', ({ why, faults, broken }) => {
  test('everywhere', () => {
    const found = sources.flatMap((source) => faults(source).map((fault) => `${source.path}: ${fault}`));
    if (found.length > 0) throw new Error(`${why}. Against it:\n${found.join('\n')}`);
  });

  test('and would be missed', () => {
    expect(faults(readSource(...broken))).not.toEqual([]);
  });
});

test('files import each other in no circle that is left when the program runs', () => {
  const circles = findCircles(sources);
  const why = 'what a circle loads first sees the others half made: "Cannot access X before initialization"';
  if (circles.length > 0) throw new Error(`${why}. Against it:\n${circles.join('\n')}`);
  const circle = [
    readSource('src/a.ts', "import { b } from './b';"),
    readSource('src/b.ts', "import { a } from './a';"),
  ];
  expect(findCircles(circle)).toEqual(['src/a.ts > src/b.ts > src/a.ts']);
});

test('every exception is still needed', () => {
  const paths = new Set(sources.map(({ path }) => path));
  const named = [FRONT_DOORS, MAY_SPEAK_TYPE_GRAPHQL, MAY_SPEAK_GRAPHQL].flatMap(Object.keys);
  expect(named.filter((path) => !paths.has(path))).toEqual([]);
});

test('the compiler and the linter are strict: what they would let pass nobody else finds', () => {
  const { compilerOptions } = JSON.parse(readFileSync('tsconfig.json', 'utf8'));
  const flags = [
    'strict',
    'noUncheckedIndexedAccess',
    'exactOptionalPropertyTypes',
    'noImplicitOverride',
    'noImplicitReturns',
    'noFallthroughCasesInSwitch',
    'noUnusedLocals',
    'noUnusedParameters',
  ];
  expect(flags.filter((flag) => compilerOptions[flag] !== true)).toEqual([]);
  const { rules } = JSON.parse(readFileSync('.biome.json', 'utf8')).linter;
  expect(rules).toMatchObject({
    preset: 'recommended',
    suspicious: { noExplicitAny: 'error' },
    style: { noNonNullAssertion: 'error' },
  });
});

/** src/slots/connect.ts is in slots, src/config.ts is config; what is not in src is in no room. */
function roomOf(path: string): string | null {
  const [top, room = ''] = path.split('/');
  return top === 'src' ? room.replace(/\.ts$/, '') : null;
}

function leftOf(room: string): readonly string[] {
  const step = LINE.findIndex((rooms) => rooms.includes(room));
  return step < 0 ? (BESIDE[room] ?? []) : LINE.slice(0, step).flat();
}

function targets(imports: readonly Import[], isWrong: (one: Import) => boolean): string[] {
  return imports.filter((one) => one.isOurs && isWrong(one)).map(({ target }) => target);
}

/** The fault of importing one of these packages, or a part of one, outside of where they belong in src. */
function onlyIn(packages: readonly string[], isAllowed: (path: string) => boolean): Rule['faults'] {
  const isOne = ({ target }: Import) =>
    packages.some((name) => target === name || target.startsWith(`${name}/`));
  return ({ path, imports }) =>
    path.startsWith('src/') && !isAllowed(path) ? imports.filter(isOne).map(({ target }) => target) : [];
}

/** Each circle once, as the way around it. */
function findCircles(files: readonly Source[]): string[] {
  const byName = new Map(files.map((source) => [source.path.replace(/\.ts$/, ''), source]));
  const done = new Set<Source>();
  const circles: string[] = [];
  const visit = (source: Source, way: readonly Source[]) => {
    const begin = way.indexOf(source);
    if (begin >= 0) circles.push([...way.slice(begin), source].map(({ path }) => path).join(' > '));
    if (begin >= 0 || done.has(source)) return;
    for (const { target, isTypeOnly } of source.imports) {
      const next = byName.get(target);
      if (next && !isTypeOnly) visit(next, [...way, source]);
    }
    done.add(source);
  };
  for (const source of files) visit(source, []);
  return circles;
}
