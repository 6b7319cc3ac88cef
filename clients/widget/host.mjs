// A page with the widget on it, served from the published package.

import { createServer } from 'node:http';
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('node_modules/@okta/okta-signin-widget', import.meta.url));
const types = { '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json', '.svg': 'image/svg+xml', '.png': 'image/png' };

/** The widget's version, as its package says. */
export const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Serves the page of a renderer on a free port; gives its address and a way to close it. */
export async function host({ script, style }) {
  const page = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>Widget</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/${style}"></head>
  <body><div id="widget"></div><script src="/${script}"></script></body>
</html>`;
  const server = createServer(({ url }, answer) => {
    const path = normalize(new URL(url, 'http://localhost').pathname);
    const file = join(root, 'dist', path);
    if (path === '/' || path === '/login/callback') {
      answer.setHeader('content-type', 'text/html; charset=utf-8').end(page);
    } else if (existsSync(file) && statSync(file).isFile()) {
      answer.setHeader('content-type', types[extname(file)] ?? 'application/octet-stream');
      createReadStream(file).pipe(answer);
    } else {
      answer.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, 'localhost', resolve));
  return { address: `http://localhost:${server.address().port}`, close: () => server.close() };
}
