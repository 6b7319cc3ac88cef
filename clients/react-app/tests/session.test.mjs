// What happens after a sign-up: renewal of tokens, and sign-out. The tests use the org of IDXLAB_ISSUER, with the preset password-only-policy.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { launch } from '../../browser.mjs';
import { start } from '../server.mjs';

const { IDXLAB_ISSUER, IDXLAB_CLIENT_ID, IDXLAB_CONTROL_URL } = process.env;
let app;
let browser;
let users = 0;

before(async () => {
  app = await start({ issuer: IDXLAB_ISSUER, clientId: IDXLAB_CLIENT_ID });
  browser = await launch(chromium);
});

after(async () => {
  await browser?.close();
  app?.server.close();
});

test('a protected page leads to the sign-up, and shows the profile afterwards', async () => {
  const { page, email } = await signedUp();
  await page.getByText(email).waitFor();
  await page.goto(app.address);
  await page.getByRole('heading', { name: 'Signed in' }).waitFor();
});

test('renewTokens() replaces every token with the refresh token', async () => {
  const { page } = await signedUp();
  const before = await tokensOf(page);
  await page.getByRole('button', { name: 'Renew tokens' }).click();
  const renewed = await tokensOtherThan(page, before);
  for (const name of ['accessToken', 'idToken', 'refreshToken']) {
    assert.notEqual(renewed[name][name], before[name][name], name);
  }
  assert.equal((await introspected(renewed.accessToken.accessToken)).active, true);
  await page.getByText('Hello, Mary Jo').waitFor();
});

test('the SDK renews the tokens by itself before they expire after an hour', async () => {
  const { page, email } = await signedUp();
  const before = await tokensOf(page);
  // The SDK renews 30 seconds before the tokens expire. The clocks of the org and the page move together.
  await advance(page, 59 * 60 + 45);
  const renewed = await tokensOtherThan(page, before);
  await advance(page, 60);
  assert.equal((await introspected(before.accessToken.accessToken)).active, false);
  assert.equal((await introspected(renewed.accessToken.accessToken)).active, true);
  await page.reload();
  await page.getByText('Hello, Mary Jo').waitFor();
  await page.getByText(email).waitFor();
});

test('signOut() revokes the tokens and returns to the application', async () => {
  const { page } = await signedUp();
  const { accessToken, refreshToken } = await tokensOf(page);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Signed out' }).waitFor();
  assert.equal(await tokensOf(page), undefined);
  assert.deepEqual(await introspected(accessToken.accessToken), { active: false });
  const refused = await post('token', { grant_type: 'refresh_token', refresh_token: refreshToken.refreshToken });
  assert.deepEqual([refused.status, (await refused.json()).error], [400, 'invalid_grant']);
});

/** A new user on the profile page, in a browser of their own whose clock the test can move. */
async function signedUp() {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  await page.clock.install({ time: await now() });
  users += 1;
  const email = `react-${process.pid}-${users}@example.com`;
  await page.goto(`${app.address}/profile`);
  await page.getByLabel('First name').fill('Mary');
  await page.getByLabel('Last name').fill('Jo');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill('Sup3rSafe-words');
  await page.getByRole('button', { name: 'Sign up' }).click();
  await page.getByText('Hello, Mary Jo').waitFor();
  return { page, email };
}

async function now() {
  const response = await fetch(`${IDXLAB_CONTROL_URL}/clock`);
  return new Date((await response.json()).now);
}

async function advance(page, seconds) {
  const body = JSON.stringify({ advance: `PT${seconds}S` });
  const response = await fetch(`${IDXLAB_CONTROL_URL}/clock`, { method: 'POST', body });
  assert.equal(response.status, 200);
  await page.clock.fastForward(seconds * 1000);
}

/** The tokens that the SDK stores; undefined if there are none. */
async function tokensOf(page) {
  const stored = await page.evaluate(() => localStorage.getItem('okta-token-storage'));
  const tokens = JSON.parse(stored ?? '{}');
  return tokens.accessToken ? tokens : undefined;
}

async function tokensOtherThan(page, { accessToken }) {
  const isOther = (old) => {
    const { accessToken } = JSON.parse(localStorage.getItem('okta-token-storage') ?? '{}');
    return accessToken !== undefined && accessToken.accessToken !== old;
  };
  await page.waitForFunction(isOther, accessToken.accessToken);
  return tokensOf(page);
}

async function introspected(token) {
  return (await post('introspect', { token })).json();
}

function post(call, parameters) {
  const body = new URLSearchParams({ client_id: IDXLAB_CLIENT_ID, ...parameters });
  return fetch(`${IDXLAB_ISSUER}/v1/${call}`, { method: 'POST', body });
}
