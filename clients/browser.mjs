// Starts headless Chromium for the clients in this folder. In a run over TLS, Chromium trusts the run's CA through the certificate database in its
// home folder, as a user's browser would.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const { CHROMIUM = '/usr/bin/chromium', IDXLAB_CA } = process.env;

/**
 * Starts the browser at the path in CHROMIUM; the default is Debian's Chromium.
 *
 * @param chromium from playwright-core, which is a dependency of each client
 * @param args additional arguments for Chromium
 */
export function launch(chromium, args = []) {
  const env = IDXLAB_CA ? { ...process.env, HOME: homeTrusting(IDXLAB_CA) } : process.env;
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', ...args], env });
}

function homeTrusting(caFile) {
  const home = mkdtempSync(join(tmpdir(), 'idxlab-home-'));
  process.once('exit', () => rmSync(home, { recursive: true, force: true }));
  const folder = join(home, '.pki', 'nssdb');
  mkdirSync(folder, { recursive: true });
  const database = ['-d', `sql:${folder}`];
  execFileSync('certutil', [...database, '-N', '--empty-password']);
  execFileSync('certutil', [...database, '-A', '-n', 'idxlab', '-t', 'C,,', '-i', caFile]);
  return home;
}
