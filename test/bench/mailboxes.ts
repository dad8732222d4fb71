import { execFileSync } from 'node:child_process';
import { composeMessage } from '../../src/sandbox/compose';

export const APP_PASSWORD = 'abcdefghijklmnop';

export function addressOf(account: number): string {
  return `account${account}@gmail.com`;
}

/** The Message-ID of the n-th email that an account has sent. */
export function messageIdOf(account: number, n: number): string {
  return `<${account}.${n}@account.example.com>`;
}

export function prospectOf(account: number, n: number): string {
  return `person${n}@company${account}.example.com`;
}

/** An answer as Gmail's web page writes it: a line, and what it answers below, in text and in HTML. */
export function composeReply(account: number, n: number, subject: string): string {
  const messageId = messageIdOf(account, n);
  const quoted = Array.from(
    { length: 12 },
    (_, line) => `We help teams like yours with line ${line} of this email.`,
  );
  const who = `Ann Other <${addressOf(account)}>`;
  return composeMessage({
    from: `Person ${n} <${prospectOf(account, n)}>`,
    to: addressOf(account),
    subject,
    text: `Yes, that sounds interesting. Shall we say Tuesday?\r\n\r\nOn Mon, Nov 23, 2026 at 9:00 AM ${who} wrote:\r\n\r\n${quoted.map((line) => `> ${line}`).join('\r\n')}\r\n`,
    html:
      `<div dir="ltr">Yes, that sounds interesting. Shall we say Tuesday?</div><br><div class="gmail_quote"><div dir="ltr"` +
      ` class="gmail_attr">On Mon, Nov 23, 2026 at 9:00 AM ${addressOf(account)} wrote:<br></div><blockquote class="gmail_quote"` +
      ` style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex">` +
      `${quoted.map((line) => `<p>${line}</p>`).join('')}</blockquote></div>`,
    headers: { 'In-Reply-To': messageId, References: messageId },
  }).toString('latin1');
}

/** A key and a certificate for 127.0.0.1, made for one run. */
export function makeCertificate(directory: string): { certificate: string; key: string } {
  const [certificate, key] = [`${directory}/certificate.pem`, `${directory}/key.pem`];
  execFileSync(
    'openssl',
    `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -keyout ${key} -out ${certificate}`.split(
      ' ',
    ),
    { stdio: 'ignore' },
  );
  return { certificate, key };
}
