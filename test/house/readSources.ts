import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parseSync } from '@swc/core';

/** One of our files, as the house rules see it. */
export interface Source {
  /** From the top of the repository, with slashes. */
  path: string;
  text: string;
  imports: Import[];
}

export interface Import {
  /** A package's name, or the path of one of ours without its ending. */
  target: string;
  isOurs: boolean;
  /** Nothing of it is left when the program runs. */
  isTypeOnly: boolean;
  /** What is imported by name. */
  names: string[];
}

/** Every file that is compiled (tsc's own list: the pages that run in a browser are apart). */
export function readSources(): Source[] {
  const found = ROOTS.flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: 'utf8' }).map((name) => posix.normalize(join(root, name))),
  );
  const paths = found.filter(
    (path) => path.endsWith('.ts') && !BROWSER.some((folder) => path.startsWith(folder)),
  );
  return [...paths, 'ormconfig.ts'].sort().map((path) => readSource(path, readFileSync(path, 'utf8')));
}

/** One file, there or not. */
export function readSource(path: string, text: string): Source {
  const { body } = parseSync(text, { syntax: 'typescript', decorators: true });
  const imports: Import[] = [...readDynamicImports(path, body)];
  for (const item of body) {
    if (item.type === 'ImportDeclaration') {
      const named = item.specifiers.filter((specifier) => specifier.type === 'ImportSpecifier');
      const areTypes =
        named.length > 0 &&
        named.length === item.specifiers.length &&
        named.every(({ isTypeOnly }) => isTypeOnly);
      const names = named.map(({ imported, local }) => imported?.value ?? local.value);
      imports.push({ ...resolve(path, item.source.value), isTypeOnly: item.typeOnly || areTypes, names });
    } else if (
      item.type === 'ExportAllDeclaration' ||
      (item.type === 'ExportNamedDeclaration' && item.source)
    ) {
      imports.push({ ...resolve(path, item.source?.value ?? ''), isTypeOnly: false, names: [] });
    }
  }
  return { path, text, imports };
}

const ROOTS = ['src', 'migrations', 'test'];
const BROWSER = ['src/server/explorer/', 'src/dashboard/'];

/** `import('x')` and `require('x')`, wherever they stand. */
function* readDynamicImports(path: string, node: unknown): Generator<Import> {
  if (typeof node !== 'object' || node === null) return;
  const { type, callee, arguments: given } = node as Partial<Call>;
  const isImport = type === 'CallExpression' && (callee?.type === 'Import' || callee?.value === 'require');
  const target = isImport ? given?.[0]?.expression.value : undefined;
  if (typeof target === 'string') yield { ...resolve(path, target), isTypeOnly: false, names: [] };
  for (const child of Object.values(node)) yield* readDynamicImports(path, child);
}

interface Call {
  type: string;
  callee: { type: string; value?: string };
  arguments: { expression: { value?: unknown } }[];
}

function resolve(from: string, target: string): Pick<Import, 'target' | 'isOurs'> {
  if (!target.startsWith('.')) return { target, isOurs: false };
  return { target: posix.join(posix.dirname(from), target), isOurs: true };
}
