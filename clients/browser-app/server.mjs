// Serves the application. OKTA_ISSUER and OKTA_CLIENT_ID configure the org; PORT configures the port.

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const files = {
  '/': ['public/index.html', 'text/html'],
  '/sign-up': ['public/index.html', 'text/html'],
  '/app.js': ['public/app.js', 'text/javascript'],
  '/style.css': ['public/style.css', 'text/css'],
  '/sdk.js': ['node_modules/@okta/okta-auth-js/dist/okta-auth-js.min.js', 'text/javascript'],
};

/** Starts the application on `port`, where 0 is a free port. Returns the server and its address. */
export async function start({ issuer, clientId }, port = 0) {
  const server = createServer(async ({ url }, response) => {
    const path = new URL(url, 'http://localhost').pathname;
    if (path === '/config.json') {
      return response.setHeader('content-type', 'application/json').end(JSON.stringify({ issuer, clientId }));
    }
    if (!files[path]) {
      return response.writeHead(404).end('not found');
    }
    const [file, type] = files[path];
    response.setHeader('content-type', `${type}; charset=utf-8`).end(await readFile(here(file)));
  });
  await new Promise((resolve) => server.listen(port, 'localhost', resolve));
  return { server, address: `http://localhost:${server.address().port}` };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { OKTA_ISSUER: issuer, OKTA_CLIENT_ID: clientId, PORT = 3000 } = process.env;
  const { address } = await start({ issuer, clientId }, Number(PORT));
  console.log(`sign-up at ${address}`);
}
