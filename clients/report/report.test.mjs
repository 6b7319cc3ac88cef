// The HTML report, opened from its file without a network: what it shows, its search, and its use without a mouse.
// IDXLAB names the command that makes it.

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
  assert.equal(run.status, 1, `one of the two fails\n${run.stdout}${run.stderr}${run.error ?? ''}`);
  browser = await launch(chromium);
});

after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  const context = await browser.newContext({ offline: true });
  page = await context.newPage();
  page.on('request', (request) => assert.ok(request.url().startsWith('file:'), `the page asks for ${request.url()}`));
  page.on('pageerror', (error) => assert.fail(error));
  await page.goto(pathToFileURL(file).href);
});

test('what failed stands open, with the difference, the reason and the way to see it again', async () => {
  const failed = scenario('REPORT-FAILS');
  assert.ok(await isOpen(failed), 'a failed scenario is open');
  assert.ok(!(await isOpen(scenario('REPORT-PASSES'))), 'a passed one is folded');
  await failed.getByText('expected 418').waitFor();
  await failed.getByText('actual 200').waitFor();
  await failed.getByText('wrong-status.toml:9').waitFor();
  await failed.getByText(/idxlab run .*wrong-status\.toml.* --seed 1/).waitFor();
});

test('every step has its requests and answers, headers and bodies', async () => {
  const steps = scenario('REPORT-FAILS').locator('details.step');
  assert.deepEqual(await steps.locator('> summary').evaluateAll((all) => all.map((each) => each.textContent.includes('start'))), [true, false]);
  await steps.first().locator('> summary').click();
  const introspect = steps.first().locator('details', { hasText: '/idp/idx/introspect' });
  await introspect.locator('summary').click();
  const [request, answer] = await introspect.locator('pre').allInnerTexts();
  assert.match(request, /^content-type: application\/ion\+json/m);
  assert.match(request, /"interactionHandle": "/);
  assert.match(answer, /^content-type: application\/ion\+json/m);
  assert.match(answer, /"name": "select-enroll-profile"/);
});

test('the search finds words of scenarios, requests and answers', async () => {
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

test('buttons narrow it to a verdict', async () => {
  await page.getByRole('button', { name: 'failed' }).click();
  assert.deepEqual(await shown(), ['REPORT-FAILS']);
  await page.getByRole('button', { name: 'passed' }).click();
  assert.deepEqual(await shown(), ['REPORT-PASSES']);
  await page.getByRole('button', { name: 'all' }).click();
  assert.equal((await shown()).length, 2);
});

test('the keyboard is enough', async () => {
  await page.keyboard.press('/');
  await page.keyboard.type('holds');
  assert.deepEqual(await shown(), ['REPORT-PASSES']);
  await page.keyboard.press('Escape');
  assert.equal((await shown()).length, 2);

  const summary = scenario('REPORT-PASSES').locator('> summary');
  await tabTo(summary);
  await page.keyboard.press('Enter');
  assert.ok(await isOpen(scenario('REPORT-PASSES')), 'Enter opens');
  await page.keyboard.press('Tab');
  assert.ok(await scenario('REPORT-PASSES').locator('details.step > summary').evaluate(isFocused), 'the step is next');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Space');
  assert.ok(!(await isOpen(scenario('REPORT-PASSES'))), 'the space bar folds');

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

/** The ids that stand on the page. */
function shown() {
  return page.locator('details.scenario:visible > summary > code').allInnerTexts();
}

/** Presses Tab until the focus is there, once around the page at most. */
async function tabTo(locator) {
  for (let presses = 0; presses < 40; presses += 1) {
    if (await locator.evaluate(isFocused)) {
      return;
    }
    await page.keyboard.press('Tab');
  }
  assert.fail('the Tab key never comes there');
}
