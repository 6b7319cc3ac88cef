// An adapter for Okta's published Sign-In Widget: it acts as a user of the widget in headless Chromium.
//
//   node adapter.mjs [gen2|gen3|oie] [signup|default] [--without SETTING] [--screenshots FOLDER]
//
// signup opens the widget on its registration form. default opens it on the sign-in form, where the user presses "Sign up".
// oie is gen2 from the bundle that supports only Identity Engine. --without omits a setting of renderers.mjs, to show the effect.
// CHROMIUM contains the path of the browser; the default is /usr/bin/chromium.

import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { launch } from '../browser.mjs';
import { speak, Unsupported } from '../protocol.mjs';
import { host, version } from './host.mjs';
import { renderers } from './renderers.mjs';
import { APPLICATION, User } from './user.mjs';

const { values: options, positionals } = parseArgs({ allowPositionals: true, options: { screenshots: { type: 'string' }, without: { type: 'string' } } });
const [generation = 'gen2', flow = 'signup'] = positionals;
const renderer = renderers[generation] ?? usage();
if (!['signup', 'default'].includes(flow) || (options.without && !(options.without in renderer.settings))) {
  usage();
}
delete renderer.settings[options.without];

const site = await host(renderer);
// Do not await the browser here, so that the adapter can reply to hello immediately.
const browser = launch(chromium, [`--host-resolver-rules=MAP ${new URL(APPLICATION).host} ${new URL(site.address).host}`]);
let user;

const operations = {
  start: async (message) => {
    if (message.clientSecret || message.activationToken) {
      throw new Unsupported('the widget in a page takes neither a client secret nor an activation token');
    }
    await user?.close();
    user = await User.create(await browser, renderer, options.screenshots, message);
    return user.open(flow);
  },
  fill: ({ values }) => user.fill(values),
  choose: (message) => user.choose(message),
  answer: ({ passcode }) => user.answer(passcode),
  resend: () => user.resend(),
  poll: () => user.poll(),
  skip: () => user.skip(),
  cancel: () => user.cancel(),
  'open-link': ({ link }) => user.openLink(link),
  finish: () => user.shown(),
};

function usage() {
  console.error('usage: node adapter.mjs [gen2|gen3|oie] [signup|default] [--without SETTING] [--screenshots FOLDER]');
  process.exit(2);
}

const variant = options.without ? `-without-${options.without}` : '';
await speak({ client: `okta-signin-widget-${generation}-${flow}${variant}`, version, perProcess: 'many', clock: 'system' }, operations);
await (await browser).close();
site.close();
