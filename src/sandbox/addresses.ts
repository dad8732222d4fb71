/** One address of a header, or the start (`group` set) or end (`group` empty) of a group. */
export interface Mailbox {
  name: string;
  local: string;
  domain: string;
  group?: 'start' | 'end';
}

/** Reads an address header (RFC 5322 3.4): comments dropped, groups marked as IMAP's ENVELOPE wants them. */
export function parseMailboxes(field: string): Mailbox[] {
  const found: Mailbox[] = [];
  let entry: string[] = [];
  let inGroup = false;
  const close = () => {
    const mailbox = readMailbox(entry);
    if (mailbox) found.push(mailbox);
    entry = [];
  };
  for (const token of tokenize(field)) {
    if (token === ',') close();
    else if (token === ':' && !inGroup && !entry.includes('<')) {
      found.push({ name: '', local: unquote(entry.join(' ')), domain: '', group: 'start' });
      entry = [];
      inGroup = true;
    } else if (token === ';' && inGroup) {
      close();
      found.push({ name: '', local: '', domain: '', group: 'end' });
      inGroup = false;
    } else entry.push(token);
  }
  close();
  return found;
}

/** The bare addresses of a header, in lower case. */
export function addressesIn(field: string | undefined): string[] {
  return parseMailboxes(field ?? '')
    .filter((mailbox) => !mailbox.group && mailbox.domain !== '')
    .map((mailbox) => `${mailbox.local}@${mailbox.domain}`.toLowerCase());
}

/** The one form of an address that Gmail delivers by: no dots, no +tag, googlemail.com is gmail.com. */
export function canonicalAddress(address: string): string {
  const lowered = address.trim().toLowerCase();
  const at = lowered.lastIndexOf('@');
  const domain = lowered.slice(at + 1).replace(/^googlemail\.com$/, 'gmail.com');
  const local = lowered.slice(0, Math.max(at, 0)).replace(/\+.*$/, '');
  return `${domain === 'gmail.com' ? local.replaceAll('.', '') : local}@${domain}`;
}

function tokenize(field: string): string[] {
  const tokens: string[] = [];
  const pattern = /"(?:[^"\\]|\\.)*"|[<>,:;]|[^\s"<>,:;]+/g;
  for (const [token] of withoutComments(field).matchAll(pattern)) tokens.push(token);
  return tokens;
}

function withoutComments(field: string): string {
  let depth = 0;
  let quoted = false;
  let kept = '';
  for (let at = 0; at < field.length; at++) {
    const char = field.charAt(at);
    if (char === '\\') {
      if (depth === 0) kept += field.slice(at, at + 2);
      at++;
    } else if (quoted || depth === 0) {
      if (char === '"') quoted = !quoted;
      if (char === '(' && !quoted) depth = 1;
      else kept += char;
    } else if (char === '(') depth++;
    else if (char === ')') depth--;
  }
  return kept;
}

function readMailbox(tokens: string[]): Mailbox | undefined {
  if (tokens.length === 0) return undefined;
  const angle = tokens.indexOf('<');
  const close = tokens.indexOf('>', angle);
  const name = angle < 0 ? '' : tokens.slice(0, angle).map(unquote).join(' ');
  const address =
    angle < 0 ? tokens.join('') : tokens.slice(angle + 1, close < 0 ? undefined : close).join('');
  const at = address.lastIndexOf('@');
  return at < 0
    ? { name, local: unquote(address), domain: '' }
    : { name, local: unquote(address.slice(0, at)), domain: address.slice(at + 1) };
}

function unquote(token: string): string {
  return token.replace(/"((?:[^"\\]|\\.)*)"/g, (_, inner: string) => inner.replace(/\\(.)/g, '$1'));
}
