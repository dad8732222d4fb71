import { readFileSync } from 'node:fs';

/** What comes from others: few, exact, and each with a reason that stands in the README. */

interface Package {
  version: string;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

const ours: Package = JSON.parse(readFileSync('package.json', 'utf8'));
const locked: Package & {
  packages: Record<string, Partial<Package> & { resolved?: string; integrity?: string }>;
} = JSON.parse(readFileSync('package-lock.json', 'utf8'));

test('the README says of each dependency why it is here, and of nothing else', () => {
  const [, section = ''] =
    /^## What it stands on\n([\s\S]*?)^## /m.exec(readFileSync('README.md', 'utf8')) ?? [];
  const [inProduction = '', toBuild = ''] = section.split('To build and to try it:');
  expect(namesIn(inProduction)).toEqual(Object.keys(ours.dependencies).sort());
  expect(namesIn(toBuild)).toEqual(Object.keys(ours.devDependencies).sort());
});

test('each is asked for in one exact version, and locked with its hash', () => {
  const asked = { ...ours.dependencies, ...ours.devDependencies };
  for (const [name, version] of Object.entries(asked)) {
    expect([name, version]).toEqual([name, expect.stringMatching(/^\d+\.\d+\.\d+(?:-[\w.]+)?$/)]);
    expect(locked.packages[`node_modules/${name}`]).toMatchObject({
      version,
      integrity: expect.stringMatching(/^sha512-/),
    });
  }
});

test('the version is one everywhere, and the changelog begins with it', () => {
  const [, newest] = /^## (\d+\.\d+\.\d+)/m.exec(readFileSync('CHANGELOG.md', 'utf8')) ?? [];
  expect([locked.version, locked.packages['']?.version, newest]).toEqual(Array(3).fill(ours.version));
});

/** What stands in the first column of a section's tables. */
function namesIn(section: string): string[] {
  return [...section.matchAll(/^\|([^|]*)\|/gm)]
    .flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name))
    .sort();
}
