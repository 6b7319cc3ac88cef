// Chromium as the clients here start it: Debian's, headless. In a run over TLS it trusts the run's authority, as a person's browser would: by
// the certificate database of its home folder.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const { CHROMIUM = '/usr/bin/chromium', IDXLAB_CA } = process.env;

/**
 * Starts the browser that CHROMIUM names, or Debian's.
 *
 * @param chromium of playwright-core, which each client has as a dependency of its own
 * @param args further arguments of Chromium
 */
export function launch(chromium, args = []) {
  const env = IDXLAB_CA ? { ...process.env, HOME: homeThatTrusts(IDXLAB_CA) } : process.env;
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', ...args], env });
}

function homeThatTrusts(authority) {
  const home = mkdtempSync(join(tmpdir(), 'idxlab-home-'));
  process.once('exit', () => rmSync(home, { recursive: true, force: true }));
  const folder = join(home, '.pki', 'nssdb');
  mkdirSync(folder, { recursive: true });
  const database = ['-d', `sql:${folder}`];
  execFileSync('certutil', [...database, '-N', '--empty-password']);
  execFileSync('certutil', [...database, '-A', '-n', 'idxlab', '-t', 'C,,', '-i', authority]);
  return home;
}
