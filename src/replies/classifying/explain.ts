import { readFileSync } from 'node:fs';
import { parseMail } from '../reading/mime';
import { extractReplyText } from '../reading/replyText';
import { classify } from './classification';

/** Prints what the product makes of each mail file that is named, a line of JSON each; for an operator who asks why. */
export async function explain(files: readonly string[], print: (line: string) => void): Promise<void> {
  for (const file of files) {
    const mail = await parseMail(readFileSync(file));
    const { kind, rule, failures, returnDate } = classify(mail);
    print(
      JSON.stringify({
        file,
        kind,
        rule,
        failures: failures.map(({ recipient, action, status, deadAddress }) => ({
          recipient,
          action,
          status,
          deadAddress,
        })),
        replyText: extractReplyText(mail),
        returnDate,
      }),
    );
  }
}

if (require.main === module) {
  explain(process.argv.slice(2), (line) => process.stdout.write(`${line}\n`)).catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
