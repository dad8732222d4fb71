import { type Command, textOfArgument } from './imapParser';
import type { ImapSession } from './imapSession';

const BEFORE_LOGIN =
  'IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 XYZZY SASL-IR AUTH=XOAUTH2 AUTH=PLAIN AUTH=PLAIN-CLIENTTOKEN AUTH=OAUTHBEARER';
const AFTER_LOGIN =
  'IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 UIDPLUS COMPRESS=DEFLATE ENABLE MOVE CONDSTORE ESEARCH UTF8=ACCEPT LIST-EXTENDED LIST-STATUS LITERAL- SPECIAL-USE APPENDLIMIT=35651584';

/** CAPABILITY: Gmail's lists, before and after the login. */
export function answerCapability(session: ImapSession, { tag }: Command): void {
  session.untagged(listCapabilities(session));
  session.ok(tag, `Thats all she wrote! ${session.id}`);
}

/** ID (RFC 2971). */
export function answerId(session: ImapSession, { tag }: Command): void {
  session.untagged(
    `ID ("name" "GImap" "vendor" "Google, Inc." "support-url" "https://support.google.com/mail" "version" "gmail_imap_220520.08_p0" "remote-host" "${session.clientIp}")`,
  );
  session.ok(tag);
}

/** LOGIN user password. */
export function answerLogin(session: ImapSession, { tag, args }: Command): void {
  const [user, password] = args;
  logIn(session, tag, textOfArgument(user), textOfArgument(password));
}

/** AUTHENTICATE PLAIN, with the response in the command (SASL-IR, RFC 4959) or after a continuation. */
export function answerAuthenticate(session: ImapSession, { tag, args }: Command): void {
  const [mechanism, initial] = args;
  if (textOfArgument(mechanism).toUpperCase() !== 'PLAIN') {
    session.no(tag, '[CANNOT] Unsupported SASL mechanism');
    return;
  }
  const finish = (response: string) => {
    const [, user, password] = Buffer.from(response, 'base64').toString('utf8').split('\0');
    if (user === undefined || password === undefined) session.bad(tag, 'Invalid SASL argument.');
    else logIn(session, tag, user, password);
  };
  if (initial) {
    finish(textOfArgument(initial));
    return;
  }
  session.nextLine = finish;
  session.write('+ \r\n');
}

/** COMPRESS DEFLATE (RFC 4978). */
export function answerCompress(session: ImapSession, { tag, args }: Command): void {
  if (!session.offers('COMPRESS=DEFLATE') || textOfArgument(args[0]).toUpperCase() !== 'DEFLATE') {
    session.no(tag, 'Unsupported compression mechanism');
    return;
  }
  session.ok(tag);
  session.startCompression();
}

/** ENABLE (RFC 5161): CONDSTORE and UTF8=ACCEPT are what there is to enable. */
export function answerEnable(session: ImapSession, { tag, args }: Command): void {
  const asked = args.map((argument) => textOfArgument(argument).toUpperCase());
  const enabled = asked.filter((name) => ['CONDSTORE', 'UTF8=ACCEPT'].includes(name) && session.offers(name));
  for (const name of enabled) session.enabled.add(name);
  session.untagged(['ENABLED', ...enabled].join(' '));
  session.ok(tag);
}

/** LOGOUT. */
export function answerLogout(session: ImapSession, { tag }: Command): void {
  session.end('* BYE LOGOUT Requested', `${tag} OK 73 good day (Success)`);
}

function logIn(session: ImapSession, tag: string, user: string, password: string): void {
  const account = session.host.findAccount(user);
  const judged = account?.judgePassword(password, 'imap') ?? 'wrong';
  const tooMany = account?.hasTooManySessions ?? false;
  const refused =
    judged === 'accepted' &&
    account !== undefined &&
    !tooMany &&
    session.isRefused('imapLogin', tag, account);
  const accepted = judged === 'accepted' && !tooMany && !refused;
  const address = account?.address ?? user;
  session.host.events.emit('login', { address, protocol: 'imap', accepted });
  if (refused) return;
  if (judged === 'accountPassword') session.refuse('appPasswordRequired', tag);
  else if (judged === 'wrong' || !account) session.refuse('invalidCredentials', tag);
  else if (tooMany) session.refuse('tooManyConnections', tag);
  else {
    session.logIn(account);
    session.untagged(listCapabilities(session)); // untagged, and not asked for: as Gmail does
    session.ok(tag, `${account.address} authenticated (Success)`);
  }
}

function listCapabilities(session: ImapSession): string {
  const names = (session.account ? AFTER_LOGIN : BEFORE_LOGIN).split(' ');
  return ['CAPABILITY', ...names.filter((name) => session.offers(name))].join(' ');
}
