// Tests of the HTML report, opened from a file without a network: its contents, its search, and its use by keyboard.
// IDXLAB contains the path of the command that writes the report.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { launch } from '../browser.mjs';

const { IDXLAB = 'idxlab' } = process.env;
const here = fileURLToPath(new URL('.', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'idxlab-report-'));
const file = join(folder, 'report.html');
let browser;
let page;

before(async () => {
  const scenarios = ['wrong-status.toml', 'right.toml'].map((name) => join(here, name));
  const run = spawnSync(IDXLAB, ['run', ...scenarios, '--report', `html=${file}`], { encoding: 'utf8' });
  assert.equal(run.status, 1, `one of the two scenarios fails\n${run.stdout}${run.stderr}${run.error ?? ''}`);
  browser = await launch(chromium);
});

after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  const context = await browser.newContext({ offline: true });
  page = await context.newPage();
  page.on('request', (request) => assert.ok(request.url().startsWith('file:'), `the page requests ${request.url()}`));
  page.on('pageerror', (error) => assert.fail(error));
  await page.goto(pathToFileURL(file).href);
});

test('a failed scenario is open, with the difference, the location and the command that reproduces it', async () => {
  const failed = scenario('REPORT-FAILS');
  assert.ok(await isOpen(failed), 'a failed scenario is open');
  assert.ok(!(await isOpen(scenario('REPORT-PASSES'))), 'a passed scenario is closed');
  await failed.getByText('expected 418').waitFor();
  await failed.getByText('actual 200').waitFor();
  await failed.getByText('wrong-status.toml:9').waitFor();
  await failed.getByText(/idxlab run .*wrong-status\.toml.* --seed 1/).waitFor();
});

test('a step shows the headers and bodies of its requests and responses', async () => {
  const steps = scenario('REPORT-FAILS').locator('details.step');
  assert.deepEqual(await steps.locator('> summary').evaluateAll((all) => all.map((each) => each.textContent.includes('start'))), [true, false]);
  await steps.first().locator('> summary').click();
  const introspect = steps.first().locator('details', { hasText: '/idp/idx/introspect' });
  await introspect.locator('summary').click();
  const [request, response] = await introspect.locator('pre').allInnerTexts();
  assert.match(request, /^content-type: application\/ion\+json/m);
  assert.match(request, /"interactionHandle": "/);
  assert.match(response, /^content-type: application\/ion\+json/m);
  assert.match(response, /"name": "select-enroll-profile"/);
});

test('the search finds words in scenarios, requests and responses', async () => {
  await search('holds');
  assert.deepEqual(await shown(), ['REPORT-PASSES']);
  await search('"enroll-profile"');
  assert.deepEqual(await shown(), ['REPORT-FAILS']);
  await search('/idp/idx/introspect');
  assert.deepEqual((await shown()).sort(), ['REPORT-FAILS', 'REPORT-PASSES']);
  await search('nothing has this word');
  assert.deepEqual(await shown(), []);
  await page.getByRole('status').getByText('0 of 2').waitFor();
});

test('a verdict button shows only scenarios with that verdict', async () => {
  await page.getByRole('button', { name: 'failed' }).click();
  assert.deepEqual(await shown(), ['REPORT-FAILS']);
  await page.getByRole('button', { name: 'passed' }).click();
  assert.deepEqual(await shown(), ['REPORT-PASSES']);
  await page.getByRole('button', { name: 'all' }).click();
  assert.equal((await shown()).length, 2);
});

test('the report is usable by keyboard alone', async () => {
  await page.keyboard.press('/');
  await page.keyboard.type('holds');
  assert.deepEqual(await shown(), ['REPORT-PASSES']);
  await page.keyboard.press('Escape');
  assert.equal((await shown()).length, 2);

  const summary = scenario('REPORT-PASSES').locator('> summary');
  await tabTo(summary);
  await page.keyboard.press('Enter');
  assert.ok(await isOpen(scenario('REPORT-PASSES')), 'Enter opens the scenario');
  await page.keyboard.press('Tab');
  assert.ok(await scenario('REPORT-PASSES').locator('details.step > summary').evaluate(isFocused), 'Tab moves to the step');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Space');
  assert.ok(!(await isOpen(scenario('REPORT-PASSES'))), 'the space bar closes the scenario');

  const failed = page.getByRole('button', { name: 'failed' });
  await tabTo(failed);
  await page.keyboard.press('Enter');
  assert.deepEqual(await shown(), ['REPORT-FAILS']);
});

function scenario(id) {
  return page.locator('details.scenario', { hasText: id });
}

function isOpen(details) {
  return details.evaluate((element) => element.open);
}

function isFocused(element) {
  return element === document.activeElement;
}

async function search(words) {
  await page.getByRole('searchbox').fill(words);
}

/** The ids of the visible scenarios. */
function shown() {
  return page.locator('details.scenario:visible > summary > code').allInnerTexts();
}

/** Presses Tab until the locator has the focus, at most once around the page. */
async function tabTo(locator) {
  for (let presses = 0; presses < 40; presses += 1) {
    if (await locator.evaluate(isFocused)) {
      return;
    }
    await page.keyboard.press('Tab');
  }
  assert.fail('Tab never reaches the element');
}
