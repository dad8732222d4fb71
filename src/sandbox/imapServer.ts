import { createServer, type Server } from 'node:net';
import * as login from './imapLogin';
import * as mailboxes from './imapMailboxes';
import * as messages from './imapMessages';
import { type Argument, type Command, parseCommand, SyntaxProblem } from './imapParser';
import { type ImapHost, ImapSession } from './imapSession';
import type { View } from './imapView';
import type { ImapStage } from './refusals';

/** A server that speaks as imap.gmail.com does on port 993, without the TLS. */
export function createImapServer(host: ImapHost): Server {
  return createServer((socket) => new ImapSession(socket, host, runCommand));
}

/** A command: when it may come, where it can be refused, and who answers. */
type Handler = { stage?: ImapStage; capability?: string } & (
  | { when: 'always' | 'stranger' | 'loggedIn'; answer: (session: ImapSession, command: Command) => void }
  | { when: 'selected'; answer: (session: ImapSession, view: View, command: Command) => void }
);

const HANDLERS: Record<string, Handler> = {
  CAPABILITY: { when: 'always', answer: login.answerCapability },
  ID: { when: 'always', answer: login.answerId },
  LOGOUT: { when: 'always', answer: login.answerLogout },
  NOOP: { when: 'always', stage: 'imapNoop', answer: answerNoop },
  LOGIN: { when: 'stranger', answer: login.answerLogin },
  AUTHENTICATE: { when: 'stranger', answer: login.answerAuthenticate },
  COMPRESS: { when: 'loggedIn', answer: login.answerCompress },
  ENABLE: { when: 'loggedIn', capability: 'ENABLE', answer: login.answerEnable },
  NAMESPACE: { when: 'loggedIn', capability: 'NAMESPACE', answer: mailboxes.answerNamespace },
  LIST: { when: 'loggedIn', stage: 'imapList', answer: mailboxes.answerList },
  XLIST: { when: 'loggedIn', stage: 'imapList', capability: 'XLIST', answer: mailboxes.answerXlist },
  LSUB: { when: 'loggedIn', stage: 'imapList', answer: mailboxes.answerLsub },
  STATUS: { when: 'loggedIn', answer: mailboxes.answerStatus },
  SELECT: { when: 'loggedIn', stage: 'imapSelect', answer: mailboxes.answerSelect },
  EXAMINE: { when: 'loggedIn', stage: 'imapSelect', answer: mailboxes.answerSelect },
  CREATE: { when: 'loggedIn', answer: mailboxes.answerCreate },
  DELETE: { when: 'loggedIn', answer: mailboxes.answerDelete },
  RENAME: { when: 'loggedIn', answer: mailboxes.answerRename },
  SUBSCRIBE: { when: 'loggedIn', answer: (session, { tag }) => session.ok(tag) },
  UNSUBSCRIBE: { when: 'loggedIn', answer: (session, { tag }) => session.ok(tag) },
  GETQUOTA: { when: 'loggedIn', capability: 'QUOTA', answer: mailboxes.answerQuota },
  GETQUOTAROOT: { when: 'loggedIn', capability: 'QUOTA', answer: mailboxes.answerQuota },
  APPEND: { when: 'loggedIn', answer: messages.answerAppend },
  IDLE: { when: 'loggedIn', stage: 'imapIdle', capability: 'IDLE', answer: answerIdle },
  CHECK: { when: 'selected', answer: (session, _view, { tag }) => session.ok(tag) },
  CLOSE: { when: 'selected', answer: messages.answerClose },
  UNSELECT: { when: 'selected', capability: 'UNSELECT', answer: messages.answerClose },
  FETCH: { when: 'selected', stage: 'imapFetch', answer: messages.answerFetch },
  'UID FETCH': { when: 'selected', stage: 'imapFetch', answer: messages.answerFetch },
  SEARCH: { when: 'selected', stage: 'imapSearch', answer: messages.answerSearch },
  'UID SEARCH': { when: 'selected', stage: 'imapSearch', answer: messages.answerSearch },
  STORE: { when: 'selected', answer: messages.answerStore },
  'UID STORE': { when: 'selected', answer: messages.answerStore },
  COPY: { when: 'selected', answer: messages.answerCopy },
  'UID COPY': { when: 'selected', answer: messages.answerCopy },
  MOVE: { when: 'selected', capability: 'MOVE', answer: messages.answerCopy },
  'UID MOVE': { when: 'selected', capability: 'MOVE', answer: messages.answerCopy },
  EXPUNGE: { when: 'selected', answer: messages.answerExpunge },
  'UID EXPUNGE': { when: 'selected', capability: 'UIDPLUS', answer: messages.answerExpunge },
};

function runCommand(session: ImapSession, bytes: Buffer): void {
  const line = bytes.subarray(0, bytes.at(-2) === 13 ? -2 : -1);
  try {
    const command = parseCommand(line);
    const handler = HANDLERS[command.name];
    if (!handler || (handler.capability && !session.offers(handler.capability))) {
      session.bad(command.tag, 'Unknown command');
    } else execute(session, command, handler);
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    const tag = /^[^\s(){%*"\\+]{1,100}/.exec(line.toString('latin1', 0, 100))?.[0] ?? '*';
    session.bad(tag, error.message);
  }
}

function execute(session: ImapSession, command: Command, handler: Handler): void {
  const { when } = handler;
  if (when === 'stranger' ? session.account : when !== 'always' && !session.account) {
    session.bad(command.tag, `${command.name} not allowed now.`);
  } else if (handler.stage && session.isRefused(handler.stage, command.tag)) {
    // what was ordered for this stage has been said
  } else if (handler.when !== 'selected') handler.answer(session, command);
  else if (session.view) {
    rejectUnknownItems(session, command.args);
    handler.answer(session, session.view, command);
  } else session.bad(command.tag, `${command.name} not allowed now.`);
}

/** A server without an extension does not know its words either. */
function rejectUnknownItems(session: ImapSession, args: readonly Argument[]): void {
  for (const argument of args) {
    if (argument.kind === 'list') rejectUnknownItems(session, argument.items);
    if (argument.kind !== 'atom') continue;
    const [, capability] = ITEM_WORDS.find(([word]) => word.test(argument.text)) ?? [];
    if (capability && !session.offers(capability)) throw new SyntaxProblem('Could not parse command');
  }
}

const ITEM_WORDS: [RegExp, string][] = [
  [/^[+-]?X-GM-/i, 'X-GM-EXT-1'],
  [/^(MODSEQ|CHANGEDSINCE|UNCHANGEDSINCE)$/i, 'CONDSTORE'],
  [/^RETURN$/i, 'ESEARCH'],
];

function answerNoop(session: ImapSession, { tag }: Command): void {
  session.tellChanges(true);
  session.ok(tag);
}

/** IDLE (RFC 2177). */
function answerIdle(session: ImapSession, { tag }: Command): void {
  session.write('+ idling\r\n');
  session.nextLine = (line) => {
    session.stopIdling();
    if (line.toUpperCase() === 'DONE') session.ok(tag, 'IDLE terminated (Success)');
    else session.bad(tag, 'Expected DONE');
  };
  session.startIdling();
  const address = session.account?.address ?? '';
  session.host.events.emit('idle', { address, folder: session.view?.folder.name ?? '' });
}
