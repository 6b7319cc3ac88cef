// Serves a page with the widget from the published package.

import { createServer } from 'node:http';
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('node_modules/@okta/okta-signin-widget', import.meta.url));
const types = { '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json', '.svg': 'image/svg+xml', '.png': 'image/png' };

/** The widget's version, from its package. */
export const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Serves a renderer's page on a free port. Returns the address and a function that stops the server. */
export async function host({ script, style }) {
  const page = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>Widget</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/${style}"></head>
  <body><div id="widget"></div><script src="/${script}"></script></body>
</html>`;
  const server = createServer(({ url }, response) => {
    const path = normalize(new URL(url, 'http://localhost').pathname);
    const file = join(root, 'dist', path);
    if (path === '/' || path === '/login/callback') {
      response.setHeader('content-type', 'text/html; charset=utf-8').end(page);
    } else if (existsSync(file) && statSync(file).isFile()) {
      response.setHeader('content-type', types[extname(file)] ?? 'application/octet-stream');
      createReadStream(file).pipe(response);
    } else {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, 'localhost', resolve));
  return { address: `http://localhost:${server.address().port}`, close: () => server.close() };
}
