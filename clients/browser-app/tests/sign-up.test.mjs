// The application's own end-to-end tests. They use the org of IDXLAB_ISSUER and read codes from its control API.

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

test('a user signs up with a password and an email code, and skips the phone', async () => {
  const { page, email } = await newUser();
  await fillProfile(page, email);
  await setPassword(page);
  await click(page, 'Email');
  await answerCode(page, email);
  await click(page, 'Skip');
  await seesWelcome(page, email);
});

test('a user signs up with a password and an SMS code', async () => {
  const { page, email } = await newUser();
  await fillProfile(page, email);
  await setPassword(page);
  await click(page, 'Phone');
  await page.getByLabel('Phone number').fill('+15551234567');
  await click(page, 'Send a code');
  await answerCode(page, '+15551234567');
  await click(page, 'Skip');
  await seesWelcome(page, email);
});

test("an invalid email shows the server's messages", async () => {
  const { page } = await newUser();
  await fillProfile(page, 'invalid@email');
  await sees(page, "'Email' must be in the form of an email address");
  await sees(page, "Provided value for property 'Email' does not match required pattern");
});

test('an email address that another user has is refused', async () => {
  const first = await newUser();
  await fillProfile(first.page, first.email);
  await setPassword(first.page);
  const second = await newUser();
  await fillProfile(second.page, first.email);
  await sees(second.page, 'A user with this Email already exists');
});

test("a weak password shows the policy's rules", async () => {
  const { page, email } = await newUser();
  await fillProfile(page, email);
  await setPassword(page, 'short');
  await sees(page, 'Password requirements were not met');
  await page.getByLabel('Password').fill('Sup3rSafe-words');
  await click(page, 'Set');
  await sees(page, 'Secure your account');
});

test('a wrong code is refused, and the correct code is accepted afterwards', async () => {
  const { page, email } = await newUser();
  await fillProfile(page, email);
  await setPassword(page);
  await click(page, 'Email');
  const code = await codeFor(email);
  await page.getByLabel('Code').fill(code === '000000' ? '000001' : '000000');
  await click(page, 'Verify');
  await sees(page, 'Invalid code. Try again.');
  await answerCode(page, email);
  await click(page, 'Skip');
  await seesWelcome(page, email);
});

async function newUser() {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  users += 1;
  return { page, email: `user-${process.pid}-${users}@example.com` };
}

async function fillProfile(page, email) {
  await page.goto(`${app.address}/sign-up`);
  await page.getByLabel('First name').fill('Mary');
  await page.getByLabel('Last name').fill('Jo');
  await page.getByLabel('Email').fill(email);
  await click(page, 'Sign up');
}

async function setPassword(page, password = 'Sup3rSafe-words') {
  await click(page, 'Password');
  await page.getByLabel('Password').fill(password);
  await click(page, 'Set');
}

async function answerCode(page, address) {
  await page.getByLabel('Code').fill(await codeFor(address));
  await click(page, 'Verify');
}

async function codeFor(to) {
  const response = await fetch(`${IDXLAB_CONTROL_URL}/messages?${new URLSearchParams({ to, wait: '10' })}`);
  const { messages } = await response.json();
  assert.ok(messages.length > 0, `no message for ${to}`);
  return messages.at(-1).otp;
}

async function click(page, name) {
  await page.getByRole('button', { name, exact: true }).click();
}

async function sees(page, text) {
  await page.getByText(text).waitFor();
}

async function seesWelcome(page, email) {
  await sees(page, 'Hello, Mary Jo');
  await sees(page, email);
}
