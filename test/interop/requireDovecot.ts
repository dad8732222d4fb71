import { spawnSync } from 'node:child_process';

/** @throws Error that says how to install it, unless the machine has a Dovecot whose configuration we can write */
export function requireDovecot(): void {
  const { stdout } = spawnSync('dovecot', ['--version'], { env: DOVECOT_ENVIRONMENT, encoding: 'utf8' });
  if (!stdout?.startsWith('2.3.')) throw new Error(`${INSTALL_DOVECOT} (found: ${stdout?.trim() || 'none'})`);
}

/** Debian has the server where not everybody's PATH goes. */
export const DOVECOT_ENVIRONMENT = { PATH: `${process.env['PATH']}:/usr/sbin` };

export const INSTALL_DOVECOT =
  'The interop suite needs Dovecot 2.3: apt-get install --no-install-recommends dovecot-imapd dovecot-lmtpd';
