// Bundles and serves the application. OKTA_ISSUER and OKTA_CLIENT_ID configure the org; PORT configures the port. With AUTH_JS=7, the application
// uses version 7 of okta-auth-js.

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Starts the application on `port`, where 0 is a free port. Returns the server and its address. */
export async function start({ issuer, clientId }, port = 0) {
  const script = await bundle();
  const page = await readFile(here('public/index.html'));
  const server = createServer(({ url }, response) => {
    const path = new URL(url, 'http://localhost').pathname;
    if (path === '/config.json') {
      return response.setHeader('content-type', 'application/json').end(JSON.stringify({ issuer, clientId }));
    }
    if (path === '/app.js') {
      return response.setHeader('content-type', 'text/javascript; charset=utf-8').end(script);
    }
    // The router of the page handles every other path.
    response.setHeader('content-type', 'text/html; charset=utf-8').end(page);
  });
  await new Promise((resolve) => server.listen(port, 'localhost', resolve));
  return { server, address: `http://localhost:${server.address().port}` };
}

async function bundle() {
  const { outputFiles } = await build({
    entryPoints: [here('src/main.jsx')],
    bundle: true,
    write: false,
    format: 'esm',
    jsx: 'automatic',
    alias: process.env.AUTH_JS === '7' ? { '@okta/okta-auth-js': '@okta/okta-auth-js-7' } : {},
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'warning',
  });
  return outputFiles[0].contents;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { OKTA_ISSUER: issuer, OKTA_CLIENT_ID: clientId, PORT = 3000 } = process.env;
  const { address } = await start({ issuer, clientId }, Number(PORT));
  console.log(`the application is at ${address}`);
}
