import { decodeTransfer } from '../../src/gmail/decodeTransfer';
import type { MailPart } from '../../src/gmail/mailParts';
import {
  bytesOfWords,
  decodedSize,
  describeAttachment,
  filesOf,
} from '../../src/replies/reading/attachmentParts';
import { safeFileName } from '../../src/replies/reading/fileName';
import { contentDisposition } from '../../src/server/contentDisposition';

/** Files in mails, as far as they can be told without a mailbox. */

describe('a name is harmless', () => {
  test.each([
    ['Plan 2026.pdf', 'Plan 2026.pdf'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Windows\\evil.exe', 'evil.exe'],
    ['a.pdf\r\nSet-Cookie: x=1', 'a.pdfSet-Cookie_ x=1'],
    ['gpj.\u202eexe', 'gpj.exe'],
    ['.bashrc', 'bashrc'],
    ['..', 'attachment'],
    ['', 'attachment'],
    ['a\0b\u200b.txt', 'ab.txt'],
    ['report?.xlsx ', 'report_.xlsx'],
    ['Übersicht 日本.ods', 'Übersicht 日本.ods'],
  ])('%j is %j', (name, safe) => {
    expect(safeFileName(name, 'application/pdf')).toBe(safe);
  });

  test('10 KB of it are cut to what a file system takes, and the extension stays', () => {
    const name = safeFileName(`${'ü'.repeat(10_000)}.docx`, 'text/plain');
    expect(name).toMatch(/^ü+\.docx$/);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200);
    expect(safeFileName('🙂'.repeat(5_000), 'text/plain')).toMatch(/^🙂+$/u);
  });

  test.each([
    ['Plan.pdf', `attachment; filename="Plan.pdf"; filename*=UTF-8''Plan.pdf`],
    ["50% o'clock.txt", `attachment; filename="50_ o'clock.txt"; filename*=UTF-8''50%25%20o%27clock.txt`],
    ['é"🙂.txt', `attachment; filename="___.txt"; filename*=UTF-8''%C3%A9%22%F0%9F%99%82.txt`],
  ])('%j in a header', (name, header) => {
    expect(contentDisposition(name)).toBe(header);
  });

  test('a type that is none is not believed', () => {
    const part = { name: 'a', size: 1, partId: '1', encoding: ' BASE64' };
    expect(describeAttachment({ ...part, contentType: 'Image/PNG' })).toMatchObject({
      contentType: 'image/png',
      encoding: 'base64',
    });
    for (const contentType of ['text/html\r\nX: y', '/', 'text', `a/${'b'.repeat(10_000)}`]) {
      expect(describeAttachment({ ...part, contentType }).contentType).toBe('application/octet-stream');
    }
  });
});

describe('a part is decoded, however it is cut', () => {
  async function decoded(text: string, encoding: string, size: number): Promise<string> {
    const bytes = Buffer.from(text, 'latin1');
    async function* cut() {
      for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
    }
    const chunks: Buffer[] = [];
    for await (const chunk of decodeTransfer(cut(), encoding)) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  }

  test.each([1, 2, 3, 5, 1_000])('into pieces of %i', async (size) => {
    const words = 'Grüße aus Köln, 日本';
    const base64 = Buffer.from(words).toString('base64').replace(/.{8}/g, '$&\r\n');
    expect(await decoded(base64, 'base64', size)).toBe(words);
    const quoted = 'Gr=C3=BC=C3=9Fe aus  \t\r\nK=\r\n=C3=B6ln=2C=3d =ZZ =';
    expect(await decoded(quoted, 'quoted-printable', size)).toBe('Grüße aus\r\nKöln,= =ZZ =');
    expect(await decoded('as it=20is', '8bit', size)).toBe('as it=20is');
  });

  test('a line that never ends, and a megabyte of space, take no square time', async () => {
    const endless = `${'=41'.repeat(300_000)}${' '.repeat(1_000_000)}`;
    expect((await decoded(endless, 'quoted-printable', 64 * 1024)).length).toBe(1_300_000);
  });
});

describe('a structure tells what is in a mail', () => {
  const part = (over: Partial<MailPart>): MailPart => ({
    partId: '1',
    contentType: 'text/plain',
    encoding: '',
    bytes: 100,
    name: null,
    isAttachment: false,
    ...over,
  });
  const pdf = part({ partId: '2', contentType: 'application/pdf', bytes: 20_000_000, isAttachment: true });

  test('the files are listed, and not downloaded unless words follow them', () => {
    expect(filesOf([part({}), pdf])).toEqual([pdf]);
    expect(bytesOfWords([part({}), pdf], 500)).toBeLessThan(10_000);
    expect(bytesOfWords([pdf, part({ partId: '2' })], 500)).toBeGreaterThan(20_000_000);
    expect(bytesOfWords([pdf], 500)).toBeLessThan(10_000);
  });

  test('a report has no files, and is read', () => {
    const report = part({ contentType: 'message/delivery-status', bytes: 3_000, isAttachment: true });
    expect(filesOf([part({}), report, pdf])).toEqual([]);
    expect(bytesOfWords([part({}), report, pdf], 500)).toBeGreaterThan(3_000);
  });

  test('a hundred thousand files are too many', () => {
    expect(filesOf(Array.from({ length: 100_000 }, () => pdf))).toHaveLength(200);
  });

  test.each([0, 1, 2, 3, 56, 57, 58, 113, 114, 115, 1_000, 57_000, 57_001])(
    'the size of %i bytes in base64, by the end of it',
    (size) => {
      for (const [length, newline, last] of [
        [76, '\r\n', '\r\n'],
        [76, '\r\n', ''],
        [76, '\n', '\n'],
        [60, '\r\n', ''],
        [64, '\r\n', '\r\n'],
      ] as const) {
        const lines =
          Buffer.alloc(size)
            .toString('base64')
            .match(new RegExp(`.{1,${length}}`, 'g')) ?? [];
        const text = lines.join(newline) + (lines.length > 0 ? last : '');
        const sized = decodedSize({ bytes: text.length, encoding: 'base64' }, text.slice(-256));
        expect([length, newline, last, sized]).toEqual([length, newline, last, size]);
      }
    },
  );
});
