import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { classify, ReceivedKind } from '../../src/replies/classifying/classification';
import type { DeliveryFailure } from '../../src/replies/classifying/failures';
import { parseMail } from '../../src/replies/reading/mime';

/** What is true of one failed recipient; `hard` says that the address is dead. */
interface Label {
  status: string;
  reason: string;
  hard: boolean;
}

/** Measures the rules on labelled real mail: `CORPUS_DIR` holds `bounces/*.eml` and `bounces.labels.json`. */
const corpus = process.env['CORPUS_DIR'] ?? '';

test('real bounces, delays and automatic replies are recognised', async () => {
  const labels: Record<string, Label[]> = JSON.parse(
    readFileSync(join(corpus, 'bounces.labels.json'), 'utf8'),
  );
  const recognised = new Score('recognised');
  const named = new Score('failed recipients named');
  const agreed = new Score('dead address agreed');
  for (const [file, expected] of Object.entries(labels)) {
    const { kind, failures } = classify(await parseMail(readFileSync(join(corpus, 'bounces', file))));
    recognised.count(kind !== ReceivedKind.REPLY && kind !== ReceivedKind.UNSUBSCRIBE, `${file}: ${kind}`);
    // Nobody failed where a mail was delivered, or answered by an absent person.
    if (expected.every(({ reason }) => reason === 'vacation' || reason === 'delivered')) continue;
    const recipients = failures.filter(({ recipient }) => recipient !== null);
    expected.forEach((label, at) => {
      const said = `${file} ${label.reason} ${label.status}`;
      named.count(at < recipients.length, said);
      const failure = matching(failures, label, at);
      agreed.count(
        (failure?.deadAddress ?? false) === label.hard,
        `${said}: ${failure?.status} ${failure?.diagnostic?.slice(0, 120)}`,
      );
    });
  }
  process.stdout.write([recognised, named, agreed].map(String).join('\n'));
  expect(recognised.share).toBeGreaterThanOrEqual(0.98);
  expect(named.share).toBeGreaterThanOrEqual(0.95);
  expect(agreed.share).toBeGreaterThanOrEqual(0.95);
});

/** Labels name no address: of several recipients the one with the same status is meant, else the one in that place. */
function matching(
  failures: readonly DeliveryFailure[],
  label: Label,
  at: number,
): DeliveryFailure | undefined {
  return (
    failures.find(({ status }) => failures.length > 1 && status === label.status) ??
    failures[at] ??
    failures[0]
  );
}

class Score {
  #right = 0;
  readonly #wrong: string[] = [];

  constructor(readonly name: string) {}

  count(isRight: boolean, what: string): void {
    if (isRight) this.#right += 1;
    else this.#wrong.push(what);
  }

  get share(): number {
    return this.#right / (this.#right + this.#wrong.length);
  }

  toString(): string {
    const misses = this.#wrong.map((what) => `\n    missed ${what}`).join('');
    return `${this.name}: ${(100 * this.share).toFixed(1)} % of ${this.#right + this.#wrong.length}${misses}`;
  }
}
