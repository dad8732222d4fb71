import { parseMail } from '../../src/replies/reading/mime';
import { mail } from './mail/build';

/** Bytes in hexadecimal, the name under which they come, and what they say. */
test.each([
  ['iso-2022-jp', '1b24424e3b32721b2842', '了解'],
  ['shift_jis', '97b989f0', '了解'],
  ['cp932', '97b989f0', '了解'],
  ['euc-jp', 'cebbb2f2', '了解'],
  ['gb18030', 'c4e3bac3', '你好'],
  ['gb2312', 'c4e3bac3', '你好'],
  ['gbk', '87e5', '囧'],
  ['big5', 'a741a66e', '你好'],
  ['euc-kr', 'bec8b3e7', '안녕'],
  ['ks_c_5601-1987', 'bec8b3e7', '안녕'],
  ['koi8-r', 'f0d2c9d7c5d4', 'Привет'],
  ['windows-1250', '8ae8', 'Šč'],
  ['windows-1251', 'cff0e8e2e5f2', 'Привет'],
  ['windows-1252', '934a61942080', '“Ja” €'],
  ['windows-1256', 'e3d1cdc8c7', 'مرحبا'],
  ['iso-8859-2', 'b3f3bf', 'łóż'],
  ['utf-16le', '48006900', 'Hi'],
  // Wrong names, or none that anybody knows.
  ['us-ascii', '4772c3bcc39f65', 'Grüße'],
  ['klingon', '4772c3bcc39f65', 'Grüße'],
  ['iso-8859-1', '4772c3bcc39f65', 'Grüße'],
  ['iso-8859-1', 'd09fd180d0b8d0b2d0b5d182', 'Привет'],
  ['windows-1252', 'e4bda0e5a5bd', '你好'],
  ['utf-8', '4772fcdf65', 'Grüße'],
  ['us-ascii', '4772fcdf65', 'Grüße'],
  ['utf-8', '934a61942080', '“Ja” €'],
  // UTF-8 that is torn, or was torn by another, stays what it says.
  ['utf-8', '4772c3bcc39f65fc', 'Grüße\ufffd'],
  ['utf-8', '4772c3bcc39f6520efbfbd', 'Grüße \ufffd'],
  // Right, though it has a look of UTF-8.
  ['iso-8859-1', '4772fcdf65', 'Grüße'],
  ['iso-8859-1', 'c3a9743a20e9', 'Ã©t: é'],
])('%s %s', async (charset, hex, says) => {
  const head = mail(
    { 'Content-Type': `text/plain; charset=${charset}`, 'Content-Transfer-Encoding': '8bit' },
    '',
  );
  const { text } = await parseMail(Buffer.concat([head, Buffer.from(hex, 'hex')]));
  expect(text.trim()).toBe(says);
});
