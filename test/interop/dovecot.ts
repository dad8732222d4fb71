import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createTransport } from 'nodemailer';
import { dial } from '../support/sandbox';
import { DOVECOT_ENVIRONMENT, INSTALL_DOVECOT } from './requireDovecot';

/** A Dovecot of a test's own. Everybody who asks has a mailbox, and all have the same password. */
export interface Dovecot {
  imapUrl: string;
  imapPort: number;
  /** Hands a mail over by LMTP, as a mail server would: Return-Path, Delivered-To and Received come on top. */
  deliver(address: string, raw: Buffer | string, folder?: string): Promise<void>;
  /** Speaks IMAP as the owner of a mailbox. Rejects at the first command that is not answered with OK. */
  command(address: string, ...commands: string[]): Promise<void>;
  /** Ends every session with a BYE, and the server. What was delivered stays. */
  stop(): Promise<void>;
  /** Starts it where it was before stop(). */
  start(): Promise<void>;
  /** Only while it is stopped: the inbox keeps its mail and gets another UIDVALIDITY. */
  forgetUids(address: string): Promise<void>;
}

/** Opens every mailbox. It has the form of an App Password. */
export const PASSWORD = 'abcdefghijklmnop';

/** Their attributes say what they are, their names do not. There is no folder of all mail. */
export const SENT = 'Gesendet';
export const SPAM = 'Unsinn';

const open = new Set<() => Promise<void>>();
afterAll(() => Promise.all([...open].map((close) => close())));

/**
 * Starts a Dovecot 2.3 on free ports of loopback, with all that it has in a directory of its own: no system
 * service, no privilege, no leftovers. It ends with the test file.
 *
 * @param kind bare: it says of itself that it can nothing but IMAP4rev1, and no folder has an attribute
 */
export async function openDovecot(kind: 'full' | 'bare' = 'full'): Promise<Dovecot> {
  const directory = await mkdtemp(join(tmpdir(), 'connectionsphere-dovecot-'));
  const [imapPort, lmtpPort] = await findFreePorts();
  const owner = findOwner();
  const file = join(directory, 'dovecot.conf');
  await writeFile(file, configure({ directory, owner: owner.name, imapPort, lmtpPort, kind }));
  if (owner.uid !== undefined) await chown(directory, owner.uid, owner.uid);

  let server: ChildProcess | undefined;
  const start = async () => {
    server = await launch(file, owner.uid);
  };
  const stop = async () => {
    if (server?.pid === undefined || server.exitCode !== null) return;
    const closed = once(server, 'close'); // which is when no child of its holds the log any more
    process.kill(-server.pid, 'SIGTERM'); // the master alone would give sessions ten seconds more
    await closed;
  };
  open.add(async () => {
    await stop();
    await rm(directory, { recursive: true, force: true });
  });
  await start();

  const imapUrl = `imap://127.0.0.1:${imapPort}`;
  return {
    imapUrl,
    imapPort,
    start,
    stop,
    deliver: (address, raw, folder) => deliver(lmtpPort, folder ? withDetail(address, folder) : address, raw),
    command: (address, ...commands) => command(imapUrl, address, commands),
    async forgetUids(address) {
      const inbox = join(directory, 'mail', address, 'Maildir');
      const forgotten = (await readdir(inbox)).filter((name) => /^dovecot(-uidlist|\.index)/.test(name));
      await Promise.all(forgotten.map((name) => rm(join(inbox, name))));
    },
  };
}

/** Runs the master process in the foreground, and resolves when it listens. */
async function launch(file: string, uid: number | undefined): Promise<ChildProcess> {
  const server = spawn('dovecot', ['-F', '-c', file], {
    ...(uid !== undefined && { uid, gid: uid }),
    env: DOVECOT_ENVIRONMENT,
    detached: true, // leads a process group, so that all of it can be told to end
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const refuse = (why: string) => reject(new Error(`${why}. ${INSTALL_DOVECOT}\n${said.join('\n')}`));
    createInterface({ input: server.stderr }).on('line', (line) => {
      said.push(line);
      if (line.includes('starting up for')) resolve();
    });
    server.once('error', (error) => refuse(`Dovecot cannot be run: ${error.message}`));
    server.once('close', (code) => refuse(`Dovecot ended with status ${code}`));
  });
  return server;
}

interface Setup {
  directory: string;
  owner: string;
  imapPort: number;
  lmtpPort: number;
  kind: 'full' | 'bare';
}

/** The configuration of a Dovecot that is nobody's but ours (doc.dovecot.org/2.3: Rootless Installation). */
function configure({ directory, owner, imapPort, lmtpPort, kind }: Setup): string {
  const group = execFileSync('id', ['-gn', owner], { encoding: 'utf8' }).trim();
  return `
    protocols = imap lmtp
    base_dir = ${directory}/run
    state_dir = ${directory}/state
    log_path = /dev/stderr
    ssl = no
    disable_plaintext_auth = no
    default_internal_user = ${owner}
    default_internal_group = ${group}
    default_login_user = ${owner}
    first_valid_uid = 1
    first_valid_gid = 1

    # The second try after a wrong password need not wait.
    auth_failure_delay = 0
    # Where the system has no inotify instance left to watch a folder with.
    mailbox_idle_check_interval = 1s
    ${kind === 'bare' ? 'imap_capability = IMAP4rev1 LITERAL+' : ''}

    mail_location = maildir:~/Maildir
    recipient_delimiter = +
    lmtp_save_to_detail_mailbox = yes
    passdb {
      driver = static
      args = password=${PASSWORD}
    }
    userdb {
      driver = static
      args = home=${directory}/mail/%u allow_all_users=yes
    }
    namespace inbox {
      inbox = yes
      mailbox ${SENT} {
        auto = create
        ${kind === 'full' ? 'special_use = \\Sent' : ''}
      }
      mailbox ${SPAM} {
        auto = create
        ${kind === 'full' ? 'special_use = \\Junk' : ''}
      }
    }
    service anvil {
      chroot =
      unix_listener anvil-auth-penalty {
        mode = 0
      }
    }
    service imap-login {
      chroot =
      inet_listener imap {
        address = 127.0.0.1
        port = ${imapPort}
      }
      inet_listener imaps {
        port = 0
      }
    }
    service lmtp {
      inet_listener lmtp {
        address = 127.0.0.1
        port = ${lmtpPort}
      }
    }
  `;
}

/** Who is to own the processes: we, or somebody without rights where we are root, which Dovecot will not be. */
function findOwner(): { name: string; uid?: number } {
  const { uid, username } = userInfo();
  return uid === 0 ? { name: 'nobody', uid: 65534 } : { name: username };
}

/** Both are held at once, so that they differ. */
async function findFreePorts(): Promise<[number, number]> {
  const find = async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return server;
  };
  const servers = [await find(), await find()] as const;
  const ports = servers.map((server) => (server.address() as AddressInfo).port) as [number, number];
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

async function deliver(port: number, recipient: string, raw: Buffer | string): Promise<void> {
  const door = createTransport({ host: '127.0.0.1', port, lmtp: true, ignoreTLS: true });
  await door.sendMail({ envelope: { from: 'mx@example.com', to: [recipient] }, raw });
  door.close();
}

/** ann+Folder@gmail.com is delivered into ann's folder of that name. */
function withDetail(address: string, folder: string): string {
  return address.replace('@', `+${folder}@`);
}

async function command(url: string, address: string, commands: readonly string[]): Promise<void> {
  const wire = dial(url);
  for (const [index, line] of [`LOGIN ${address} ${PASSWORD}`, ...commands].entries()) {
    wire.send(`t${index} ${line}`);
    const answer = (await wire.readUntil(new RegExp(`^t${index} `))).at(-1);
    if (!answer?.startsWith(`t${index} OK`)) throw new Error(`${line} was answered: ${answer}`);
  }
  wire.close();
}
