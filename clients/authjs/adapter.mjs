// An adapter for Okta's published JavaScript SDK.
//
//   node adapter.mjs [8|7] [step|legacy|generic|documented]     default: 8 step; version 7 has legacy and generic
//
// step: each call submits one remediation by name. legacy: a call takes values, and the SDK submits as many remediations as the values allow.
// generic: each call submits the fields of the raw form. documented: as step, but with the SDK's own calls for links and polling.

import { createRequire } from 'node:module';
import { speak } from '../protocol.mjs';
import { DocumentedMode } from './documented.mjs';
import { LegacyMode } from './legacy.mjs';
import { shown } from './shown.mjs';
import { GenericMode, StepMode } from './step.mjs';
import { newStorage } from './storage.mjs';

const [major = '8', mode = major === '7' ? 'legacy' : 'step'] = process.argv.slice(2);
if (!['7', '8'].includes(major)) {
  usage(`unknown version ${major}`);
}
const require = createRequire(import.meta.url);
const { OktaAuth } = require(`@okta/okta-auth-js-${major}`);
const { version } = require(`@okta/okta-auth-js-${major}/package.json`);

const modes = {
  ...(major === '8' && { step: [StepMode, {}], documented: [DocumentedMode, {}] }),
  legacy: [LegacyMode, major === '7' ? {} : { idx: { enableLegacyMode: true } }],
  generic: [GenericMode, { idx: { useGenericRemediator: true } }],
};
const [Mode, options] = modes[mode] ?? usage(`version ${major} has no mode ${mode}`);
let client;

const operations = {
  start: async ({ issuer, clientId, clientSecret, redirectUri, scopes, activationToken }) => {
    const storageManager = newStorage();
    const sdk = new OktaAuth({ issuer, clientId, clientSecret, redirectUri, scopes, storageManager, ...options });
    client = new Mode(sdk);
    return show(await client.start(activationToken));
  },
  fill: async ({ values }) => show(await client.fill(values)),
  choose: async ({ authenticator, methodType, phoneNumber }) => show(await client.choose(authenticator, { methodType, phoneNumber })),
  // The SDK has already submitted a code that came with a link.
  answer: async ({ passcode }) => (passcode === client.answeredByLink ? shown(client.transaction) : show(await client.answer(passcode))),
  resend: async () => show(await client.resend()),
  poll: async () => show(await client.poll()),
  skip: async () => show(await client.skip()),
  cancel: async () => show(await client.sdk.idx.cancel()),
  'open-link': async ({ link }) => show(await client.openLink(link)),
  // The SDK redeems the interaction code by itself.
  finish: async () => shown(client.transaction),
};

function show(transaction) {
  client.transaction = transaction;
  return shown(transaction);
}

function usage(problem) {
  console.error(`${problem}\nusage: node adapter.mjs [8|7] [step|legacy|generic|documented]`);
  process.exit(2);
}

await speak({ client: `okta-auth-js-${major}-${mode}`, version, perProcess: 'many', clock: 'system' }, operations);
