import { type Account, type AccountOptions, locales, type SentMail } from './accounts';
import type { Fields } from './controlInput';
import { InputProblem } from './controlInput';
import type { Folder } from './mailStore';
import { behaviours, type Prospect } from './prospects';
import { type Fault, isOrder, type OrdersByStage, type Stage } from './refusals';
import type { Sandbox } from './sandbox';
import { writeInGmail } from './writeInGmail';

/** What a route works on: `name` is the last step of its path, `account` the one that the path names. */
export interface RouteContext {
  readonly sandbox: Sandbox;
  readonly account: Account;
  readonly name: string;
  readonly body: Fields;
}

/** Every route as "METHOD /path"; * stands for any step. What a route returns is sent as JSON, nothing as {}. */
export const routes: Readonly<Record<string, (context: RouteContext) => unknown>> = {
  'GET /': ({ sandbox }) => describeSandbox(sandbox),
  'PUT /without': ({ sandbox, body }) => replaceAll(sandbox.without, body.texts('capabilities')),
  'PUT /orders/*': ({ sandbox, name, body }) => {
    const { stage, which, times } = readOrder(name, body);
    sandbox.refuse(stage, which, times);
  },
  'DELETE /orders': ({ sandbox }) => sandbox.accept(),
  'PUT /prospects/*': ({ sandbox, name, body }) => sandbox.prospect(name, readProspect(body)),

  'POST /accounts': ({ sandbox, body }) => describeAccount(addAccount(sandbox, body)),
  'GET /accounts/*': ({ account }) => describeAccount(account),
  'PATCH /accounts/*': ({ account, body }) => adjustAccount(account, body),
  'GET /accounts/*/sent': ({ account }) => account.sentMessages().map(describeSent),
  'POST /accounts/*/sent': ({ account, body }) => write(account, body),
  'POST /accounts/*/messages': ({ account, body }) => deliver(account, body),
  'DELETE /accounts/*/messages': ({ account }) => account.clear(),
  'PATCH /accounts/*/folders/*': ({ account, name, body }) => adjustFolder(account, name, body),
  'POST /accounts/*/folders': ({ account, body }) => describeFolder(account.addLabel(body.text('name'))),
  'PUT /accounts/*/orders/*': ({ account, name, body }) => {
    const { stage, which, times } = readOrder(name, body);
    account.refuse(stage, which, times);
  },
  'DELETE /accounts/*/orders': ({ account }) => account.accept(),
  'POST /accounts/*/drop': ({ account }) => account.dropSessions(),
  'POST /accounts/*/expire': ({ account }) => account.expireSessions(),
  'POST /accounts/*/freeze': ({ account }) => account.freezeSessions(),
};

function describeSandbox({ smtpUrl, imapUrl, without, accounts }: Sandbox) {
  return { smtpUrl, imapUrl, without: [...without], accounts: accounts.map((account) => account.address) };
}

function describeAccount(account: Account) {
  const { address, limit, smtpLogins, imapLogins, openSessions } = account;
  const folders = account.store.folders.map(describeFolder);
  return {
    address,
    limit,
    smtpLogins,
    imapLogins,
    openSessions,
    sent: account.sentMessages().length,
    folders,
  };
}

function describeFolder({ name, attribute, uidValidity, uidNext, hidden, entries }: Folder) {
  return { name, attribute, uidValidity, uidNext, hidden, messages: entries.length };
}

function describeSent({ messageId, originalMessageId, recipients, subject, raw, at }: SentMail) {
  return { messageId, originalMessageId, recipients, subject, at, raw: raw.toString('utf8') };
}

function addAccount(sandbox: Sandbox, body: Fields): Account {
  const optional = {
    accountPassword: body.optionalText('accountPassword'),
    displayName: body.optionalText('displayName'),
    locale: body.optionalChoice('locale', locales),
    limit: body.optionalNumber('limit'),
  };
  const options: AccountOptions = { address: body.text('address'), appPassword: body.text('appPassword') };
  try {
    return sandbox.addAccount({ ...options, ...withoutUndefined(optional) });
  } catch (error) {
    throw new InputProblem(String(error), 409);
  }
}

function adjustAccount(account: Account, body: Fields) {
  const appPassword = body.optionalText('appPassword');
  if (appPassword !== undefined) account.changeAppPassword(appPassword);
  account.limit = body.optionalNumber('limit') ?? account.limit;
  account.incoming = body.optionalChoice('incoming', ['\\Inbox', '\\Spam', 'archive']) ?? account.incoming;
  account.sentLagMs = body.optionalNumber('sentLagMs') ?? account.sentLagMs;
  account.throttled = body.optionalFlag('throttled') ?? account.throttled;
  const existsLagMs = body.optionalNumber('existsLagMs');
  if (existsLagMs !== undefined) account.delayExists(existsLagMs);
  return describeAccount(account);
}

function adjustFolder(account: Account, name: string, body: Fields) {
  account.hideFolder(name, body.optionalFlag('hidden') ?? account.folder(name).hidden);
  if (body.optionalFlag('newUidValidity')) account.changeUidValidity(name);
  return describeFolder(account.folder(name));
}

function deliver(account: Account, body: Fields) {
  const folder = body.optionalText('folder');
  const options = folder === undefined ? {} : { folder };
  const raw = body.optionalText('raw');
  if (raw !== undefined) return { uid: account.deliver(raw, options) };
  const parts = { from: body.text('from'), to: body.optionalText('to') ?? account.address };
  return { uid: account.deliver({ ...parts, ...readWords(body) }, options) };
}

/** What the person writes in Gmail itself. */
function write(account: Account, body: Fields) {
  const optional = {
    cc: body.optionalText('cc'),
    bcc: body.optionalText('bcc'),
    inReplyTo: body.optionalText('inReplyTo'),
  };
  return writeInGmail(account, { to: body.text('to'), ...readWords(body), ...withoutUndefined(optional) });
}

function readWords(body: Fields) {
  return withoutUndefined({
    subject: body.optionalText('subject'),
    text: body.optionalText('text'),
    html: body.optionalText('html'),
    messageId: body.optionalText('messageId'),
    headers: body.optionalTexts('headers'),
  });
}

function readProspect(body: Fields): Prospect {
  const behaviour = body.optionalChoice('behaviour', behaviours) ?? 'answers';
  const optional = { delayMs: body.optionalNumber('delayMs'), text: body.optionalText('text') };
  return { behaviour, ...withoutUndefined(optional) };
}

function readOrder(
  stage: string,
  body: Fields,
): { stage: Stage; which: OrdersByStage[Stage]; times: number | undefined } {
  const which = body.text('which');
  if (!isOrder(stage, which)) throw new InputProblem(`nothing called ${which} can be ordered at ${stage}`);
  return { stage: stage as Stage, which: which as Fault, times: body.optionalNumber('times') }; // isOrder has looked
}

function replaceAll(set: Set<string>, values: readonly string[]): void {
  set.clear();
  for (const value of values) set.add(value);
}

/** exactOptionalPropertyTypes: an optional field is left out, never undefined. */
function withoutUndefined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
