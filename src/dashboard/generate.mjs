// Writes NAME.generated.ts beside each NAME.graphql: its documents, with the types of their variables and answers as
// schema/schema.graphql has them. A fragment may be used in every file, whichever it stands in; the enums and inputs
// that any of them names stand once, in api/schema.generated.ts.
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
const schemaTypes = join(folder, 'api/schema.generated.ts');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.graphql'))
  .map((path) => join(folder, path))
  .map((path) => ({ path, definitions: parse(readFileSync(path, 'utf8')).definitions }));
const definitions = files.flatMap((file) => file.definitions);
const fragments = new Map(
  definitions
    .filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION)
    .map((fragment) => [fragment.name.value, fragment]),
);

const stale = [];
await write(schemaTypes, definitions, ['typescriptOperations'], { generateOperationTypes: false });
for (const file of files) {
  const target = file.path.replace(/\.graphql$/, '.generated.ts');
  await write(target, file.definitions, ['typescriptOperations', 'typedDocumentNode'], {
    importSchemaTypesFrom: schemaTypes,
    namespacedImportName: 'Schema',
    externalFragments: externalFragments(file.definitions),
  });
}
if (process.argv.includes('--check') && stale.length > 0) {
  process.stderr.write(`Stale; run \`npm run dashboard:types\`:\n${stale.join('\n')}\n`);
  process.exitCode = 1;
}

async function write(filename, definitions, plugins, config) {
  const text = await codegen({
    filename,
    schema,
    documents: [{ location: filename, document: { kind: Kind.DOCUMENT, definitions } }],
    plugins: plugins.map((plugin) => ({ [plugin]: {} })),
    pluginMap: { typescriptOperations, typedDocumentNode },
    config: {
      useTypeImports: true,
      // Where a union is told apart, `__typename` is asked for by name.
      skipTypename: true,
      strictScalars: true,
      scalars: { ID: 'string', DateTime: 'string', EmailAddress: 'string' },
      ...config,
    },
  });
  if (readOrNothing(filename) === text) return;
  stale.push(filename);
  if (!process.argv.includes('--check')) writeFileSync(filename, text);
}

/** Every fragment that the definitions use, however indirectly, and that another file defines. */
function externalFragments(definitions) {
  const all = new Set(definitions);
  for (const definition of all) {
    visit(definition, {
      [Kind.FRAGMENT_SPREAD]: ({ name }) => {
        const fragment = fragments.get(name.value);
        if (fragment) all.add(fragment);
      },
    });
  }
  return [...all]
    .filter((definition) => !definitions.includes(definition))
    .map((node) => ({
      isExternal: true,
      name: node.name.value,
      onType: node.typeCondition.name.value,
      node,
    }));
}

function readOrNothing(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
