import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';

export interface SmtpSink {
  port: number;
  stop(): Promise<void>;
}

/**
 * An SMTP server that takes whatever it is given and keeps nothing, in a process of its own: so fast that it is never
 * the one who is waited for. It answers as Gmail does, but pays no heed to what was asked.
 */
export async function startSmtpSink(): Promise<SmtpSink> {
  const execArgv = ['--require', join(__dirname, '../support/typescript.cjs')];
  const child = fork(__filename, { execArgv });
  const [port] = await once(child, 'message');
  return {
    port: Number(port),
    async stop() {
      child.kill();
      await once(child, 'exit');
    },
  };
}

const EHLO = [
  ...['250-sink at your service', '250-SIZE 35882577', '250-8BITMIME', '250-AUTH LOGIN PLAIN'],
  ...['250-ENHANCEDSTATUSCODES', '250-PIPELINING', '250 SMTPUTF8\r\n'],
].join('\r\n');

function serve(socket: Socket): void {
  let pending = '';
  let inBody = false;
  socket.setNoDelay(true);
  socket.setEncoding('latin1');
  socket.on('error', () => socket.destroy());
  socket.write('220 sink ESMTP\r\n');
  socket.on('data', (chunk: string) => {
    pending += chunk;
    let answers = '';
    for (;;) {
      const end = inBody ? '\r\n.\r\n' : '\r\n';
      const at = pending.indexOf(end);
      if (at < 0) break;
      const verb = pending.slice(0, 4).toUpperCase();
      pending = pending.slice(at + end.length);
      answers += inBody ? '250 2.0.0 OK  1790990086 sink - gsmtp\r\n' : answerTo(verb);
      inBody = !inBody && verb === 'DATA';
    }
    if (answers) socket.write(answers);
  });
}

function answerTo(verb: string): string {
  switch (verb) {
    case 'EHLO':
      return EHLO;
    case 'AUTH':
      return '235 2.7.0 Accepted\r\n';
    case 'DATA':
      return '354 Go ahead\r\n';
    case 'QUIT':
      return '221 2.0.0 closing connection\r\n';
    default:
      return '250 2.1.0 OK\r\n';
  }
}

if (require.main === module) {
  const server = createServer(serve).listen(0, '127.0.0.1', () => {
    const address = server.address();
    process.send?.(typeof address === 'object' ? address?.port : null);
  });
  process.on('disconnect', () => process.exit()); // whoever started us is gone
}
