import { parseArgs } from 'node:util';
import { startControl } from './control';
import { startSandbox } from './sandbox';

/** Runs the sandbox on its own: prints one JSON line with its URLs, and goes on until SIGINT or SIGTERM. */
async function main(): Promise<void> {
  const port = { type: 'string', default: '0' } as const;
  const { values } = parseArgs({ options: { 'smtp-port': port, 'imap-port': port, 'control-port': port } });
  const sandbox = await startSandbox({
    smtpPort: Number(values['smtp-port']),
    imapPort: Number(values['imap-port']),
  });
  const control = await startControl(sandbox, Number(values['control-port']));
  const { smtpUrl, imapUrl } = sandbox;
  process.stdout.write(`${JSON.stringify({ smtpUrl, imapUrl, controlUrl: control.url })}\n`);
  const stop = () => void Promise.all([control.stop(), sandbox.stop()]);
  process.once('SIGINT', stop).once('SIGTERM', stop);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
