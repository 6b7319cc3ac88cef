// Okta's published JavaScript SDK behind the adapter protocol.
//
//   node adapter.mjs [8|7] [step|legacy|generic|documented]     8 step, when nothing is said; 7 has legacy and generic
//
// step: one remediation a call, by name. legacy: a bag of values, and the SDK goes as far as they carry. generic: the fields of
// the raw form. documented: step, with the SDK's own calls for a link and for polling.

import { createRequire } from 'node:module';
import { speak } from '../protocol.mjs';
import { AsDocumented } from './documented.mjs';
import { BagOfValues } from './legacy.mjs';
import { shown } from './shown.mjs';
import { RawForms, StepByStep } from './step.mjs';
import { storageOfOnePerson } from './storage.mjs';

const [major = '8', mode = major === '7' ? 'legacy' : 'step'] = process.argv.slice(2);
if (!['7', '8'].includes(major)) {
  usage(`there is no version ${major} here`);
}
const require = createRequire(import.meta.url);
const { OktaAuth } = require(`@okta/okta-auth-js-${major}`);
const { version } = require(`@okta/okta-auth-js-${major}/package.json`);

const modes = {
  ...(major === '8' && { step: [StepByStep, {}], documented: [AsDocumented, {}] }),
  legacy: [BagOfValues, major === '7' ? {} : { idx: { enableLegacyMode: true } }],
  generic: [RawForms, { idx: { useGenericRemediator: true } }],
};
const [Mode, options] = modes[mode] ?? usage(`${major} has no mode ${mode}`);
let client;

const operations = {
  start: async ({ issuer, clientId, clientSecret, redirectUri, scopes, activationToken }) => {
    const storageManager = storageOfOnePerson();
    const sdk = new OktaAuth({ issuer, clientId, clientSecret, redirectUri, scopes, storageManager, ...options });
    client = new Mode(sdk);
    return show(await client.start(activationToken));
  },
  fill: async ({ values }) => show(await client.fill(values)),
  choose: async ({ authenticator, methodType, phoneNumber }) => show(await client.choose(authenticator, { methodType, phoneNumber })),
  // What a link brought is answered already.
  answer: async ({ passcode }) => (passcode === client.answeredByLink ? shown(client.transaction) : show(await client.answer(passcode))),
  resend: async () => show(await client.resend()),
  poll: async () => show(await client.poll()),
  skip: async () => show(await client.skip()),
  cancel: async () => show(await client.sdk.idx.cancel()),
  'open-link': async ({ link }) => show(await client.openLink(link)),
  // The SDK redeems the code by itself as soon as it has one.
  finish: async () => shown(client.transaction),
};

function show(transaction) {
  client.transaction = transaction;
  return shown(transaction);
}

function usage(problem) {
  console.error(`${problem}; say: node adapter.mjs [8|7] [step|legacy|generic|documented]`);
  process.exit(2);
}

await speak({ client: `okta-auth-js-${major}-${mode}`, version, perProcess: 'many', clock: 'system' }, operations);
