// Writes NAME.generated.ts beside each NAME.graphql: its documents, with the types of their variables and answers as
// schema/schema.graphql has them. A fragment may be used in every file, whichever it stands in.
//
// `npm run dashboard:types` writes; with --check nothing is written, and what is stale is named.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as typedDocumentNode from '@graphql-codegen/typed-document-node';
import * as typescriptOperations from '@graphql-codegen/typescript-operations';
import { Kind, parse, visit } from 'graphql';

const folder = import.meta.dirname;
const schema = parse(readFileSync(join(folder, '../../schema/schema.graphql'), 'utf8'));
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.graphql'))
  .map((path) => join(folder, path))
  .map((path) => ({ path, definitions: parse(readFileSync(path, 'utf8')).definitions }));
const fragments = new Map(
  files
    .flatMap(({ definitions }) => definitions)
    .filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION)
    .map((fragment) => [fragment.name.value, fragment]),
);

const stale = [];
for (const file of files) {
  const target = file.path.replace(/\.graphql$/, '.generated.ts');
  const text = await generate(target, file.definitions);
  if (readOrNothing(target) === text) continue;
  stale.push(target);
  if (!process.argv.includes('--check')) writeFileSync(target, text);
}
if (process.argv.includes('--check') && stale.length > 0) {
  process.stderr.write(`Stale; run \`npm run dashboard:types\`:\n${stale.join('\n')}\n`);
  process.exitCode = 1;
}

function generate(filename, definitions) {
  const document = { kind: Kind.DOCUMENT, definitions: [...withFragments(definitions)] };
  return codegen({
    filename,
    schema,
    documents: [{ location: filename, document }],
    plugins: [{ typescriptOperations: {} }, { typedDocumentNode: {} }],
    pluginMap: { typescriptOperations, typedDocumentNode },
    config: {
      enumsAsTypes: true,
      useTypeImports: true,
      // Where a union is told apart, `__typename` is asked for by name.
      skipTypename: true,
      strictScalars: true,
      scalars: { ID: 'string', DateTime: 'string', EmailAddress: 'string' },
    },
  });
}

/** The definitions, and after them every fragment that they use and that is not among them. */
function withFragments(definitions) {
  const all = new Set(definitions);
  for (const definition of all) {
    visit(definition, {
      [Kind.FRAGMENT_SPREAD]: ({ name }) => {
        const fragment = fragments.get(name.value);
        if (fragment) all.add(fragment);
      },
    });
  }
  return all;
}

function readOrNothing(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
