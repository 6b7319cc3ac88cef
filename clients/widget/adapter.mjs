// Okta's Sign-In Widget, as published, behind the adapter protocol: what a person does with it in headless Chromium.
//
//   node adapter.mjs [gen2|gen3|oie] [signup|default] [--without SETTING] [--screenshots FOLDER]
//
// signup opens the widget on its registration form, default opens it on the sign-in form, where the person presses "Sign up".
// oie is gen2 from the bundle for Identity Engine alone. --without leaves a setting of renderers.mjs out of the page, to see what comes of it.
// CHROMIUM names another browser than /usr/bin/chromium.

import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { launch } from '../browser.mjs';
import { speak, Unsupported } from '../protocol.mjs';
import { host, version } from './host.mjs';
import { renderers } from './renderers.mjs';
import { APPLICATION, Person } from './person.mjs';

const { values: options, positionals } = parseArgs({ allowPositionals: true, options: { screenshots: { type: 'string' }, without: { type: 'string' } } });
const [generation = 'gen2', flow = 'signup'] = positionals;
const renderer = renderers[generation] ?? usage();
if (!['signup', 'default'].includes(flow) || (options.without && !(options.without in renderer.settings))) {
  usage();
}
delete renderer.settings[options.without];

const site = await host(renderer);
// The harness is answered at once, while the browser starts.
const browser = launch(chromium, [`--host-resolver-rules=MAP ${new URL(APPLICATION).host} ${new URL(site.address).host}`]);
let person;

const operations = {
  start: async (message) => {
    if (message.clientSecret || message.activationToken) {
      throw new Unsupported('the widget in a page takes neither a client secret nor an activation token');
    }
    await person?.leave();
    person = await Person.enter(await browser, renderer, options.screenshots, message);
    return person.open(flow);
  },
  fill: ({ values }) => person.fill(values),
  choose: (message) => person.choose(message),
  answer: ({ passcode }) => person.answer(passcode),
  resend: () => person.resend(),
  poll: () => person.poll(),
  skip: () => person.skip(),
  cancel: () => person.cancel(),
  'open-link': ({ link }) => person.openLink(link),
  finish: () => person.shown(),
};

function usage() {
  console.error('say: node adapter.mjs [gen2|gen3|oie] [signup|default] [--without SETTING] [--screenshots FOLDER]');
  process.exit(2);
}

const variant = options.without ? `-without-${options.without}` : '';
await speak({ client: `okta-signin-widget-${generation}-${flow}${variant}`, version, perProcess: 'many', clock: 'system' }, operations);
await (await browser).close();
site.close();
