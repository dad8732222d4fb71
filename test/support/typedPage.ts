import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** A page of docs/ that somebody reads with a shell beside it, and types box by box. */
export interface TypedPage {
  /**
   * Types the boxes under this heading, or of the whole page, and resolves with all that they said.
   *
   * @throws Error with what was said, when a command failed
   */
  type(heading?: string): Promise<string>;
  /** Ends the shell and all that it started. */
  close(): Promise<void>;
}

/**
 * Opens a shell in a folder of its own, with nothing but PATH and `env`, in which `url` stands wherever the page says
 * port 4000. TypeScript runs where it stands, with the shell's exported variables. `files` lie in the folder.
 */
export async function openPage(
  page: string,
  url: string,
  env: Readonly<Record<string, string>> = {},
  files: Readonly<Record<string, string>> = {},
): Promise<TypedPage> {
  const text = await readFile(page, 'utf8');
  const folder = await mkdtemp(resolve('dist/docs-')); // where the packages of the examples are found
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  const shell = spawn('bash', ['-euo', 'pipefail'], {
    cwd: folder,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true, // a group of its own: what a page started must not outlive it
  });
  const gone = once(shell, 'exit');
  const closed = once(shell, 'close'); // nobody of the group is left who could say something
  let said = '';
  for (const stream of [shell.stdout, shell.stderr]) stream.on('data', (chunk) => (said += chunk));
  let sections = 0;
  return {
    type: async (heading) => {
      const end = `end of section ${++sections}`;
      const script = join(folder, `section${sections}.sh`);
      await writeFile(script, await scriptOf(heading ? sectionOf(text, heading) : text, url, folder));
      const before = said.length;
      shell.stdin.write(`. ${script} </dev/null\necho '${end}'\n`);
      const ended = new Promise((done) => shell.stdout.on('data', () => said.includes(end) && done(true)));
      if ((await Promise.race([ended, gone])) !== true)
        throw new Error(`${page}, ${heading}, failed:\n${said.slice(before)}`);
      return said.slice(before);
    },
    close: async () => {
      try {
        if (shell.pid) process.kill(-shell.pid, 'SIGTERM');
      } catch {
        // the group is gone: a command failed, and it had started nothing
      }
      await closed;
      await rm(folder, { recursive: true });
    },
  };
}

/** From this heading to the next one, of whatever level. */
function sectionOf(text: string, heading: string): string {
  const [, section] = text.split(new RegExp(`^##+ ${heading}$`, 'm'));
  if (section === undefined) throw new Error(`No heading says ${heading}`);
  return section.split(/^##+ /m)[0] ?? '';
}

async function scriptOf(text: string, url: string, folder: string): Promise<string> {
  const steps = [...text.matchAll(/^```(sh|ts)\n([\s\S]*?)^```$/gm)].map(
    async ([, language, code = ''], index) => {
      if (language === 'sh') return code.replaceAll('http://127.0.0.1:4000', url);
      const file = join(folder, `box${index}.ts`);
      await writeFile(file, code);
      return `(cd ../.. && node --require ./test/support/typescript.cjs ${file})\n`;
    },
  );
  return (await Promise.all(steps)).join('\n');
}
