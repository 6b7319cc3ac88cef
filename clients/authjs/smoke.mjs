// Four sign-ups with Okta's published JavaScript SDK, unmodified, against a running org.
//
//   node smoke.mjs 7|8        IDXLAB_READY holds the line that `idxlab serve --json` prints
//
// 8.x is driven step by step, 7.x with its bag of values: the two programming models that the SDK has.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { storageOfOnePerson } from './storage.mjs';

const major = process.argv[2];
const org = JSON.parse(process.env.IDXLAB_READY);
const require = createRequire(import.meta.url);
const { OktaAuth } = require(`@okta/okta-auth-js-${major}`);
const { version } = require(`@okta/okta-auth-js-${major}/package.json`);
const password = 'Sup3rSafe-words';
let people = 0;
const unusedEmail = () => `smoke-${major}-${process.pid}-${++people}@example.com`;
const unusedNumber = () => `+1555${major}${String(++people).padStart(6, '0')}`;

const cases = {
  'password and email, then skip': async (client) => {
    const email = unusedEmail();
    await client.fillProfile(email);
    await client.setPassword();
    await client.chooseEmail();
    await client.answerCode(await codeSentTo(email));
    signedUp(await client.skip(), email);
  },
  'password and SMS, then skip': async (client) => {
    const [email, phoneNumber] = [unusedEmail(), unusedNumber()];
    await client.fillProfile(email);
    await client.setPassword();
    await client.choosePhone(phoneNumber);
    await client.answerCode(await codeSentTo(phoneNumber));
    signedUp(await client.skip(), email);
  },
  'a bad email is refused with both messages': async (client) => {
    const page = await client.fillProfile('invalid@email');
    assert.equal(page.nextStep.name, 'enroll-profile');
    assert.deepEqual(texts(page), [
      "'Email' must be in the form of an email address",
      "Provided value for property 'Email' does not match required pattern",
    ]);
  },
  'a bad phone number is refused and can be mended': async (client) => {
    const [email, phoneNumber] = [unusedEmail(), unusedNumber()];
    await client.fillProfile(email);
    await client.setPassword();
    const page = await client.choosePhone('+333333333333');
    assert.equal(page.nextStep.name, 'authenticator-enrollment-data');
    assert.deepEqual(texts(page), ['Invalid Phone Number.']);
    await client.sendNumber(phoneNumber);
    await client.answerCode(await codeSentTo(phoneNumber));
    signedUp(await client.skip(), email);
  },
};

/// 8.x: one remediation a call, by name.
class StepByStep {
  constructor(sdk) {
    this.sdk = sdk;
  }

  async fillProfile(email) {
    await this.sdk.idx.start({ flow: 'register' });
    await this.#proceed('select-enroll-profile');
    return this.#proceed('enroll-profile', { firstName: 'Mary', lastName: 'Jo', email });
  }

  async setPassword() {
    await this.#proceed('select-authenticator-enroll', { authenticator: 'okta_password' });
    return this.#proceed('enroll-authenticator', { password });
  }

  chooseEmail() {
    return this.#proceed('select-authenticator-enroll', { authenticator: 'okta_email' });
  }

  async choosePhone(phoneNumber) {
    await this.#proceed('select-authenticator-enroll', { authenticator: 'phone_number' });
    return this.sendNumber(phoneNumber);
  }

  sendNumber(phoneNumber) {
    return this.#proceed('authenticator-enrollment-data', { methodType: 'sms', phoneNumber });
  }

  answerCode(verificationCode) {
    return this.#proceed('enroll-authenticator', { verificationCode });
  }

  skip() {
    return this.#proceed('skip', { skip: true });
  }

  #proceed(step, values) {
    return this.sdk.idx.proceed({ step, ...values });
  }
}

/// 7.x: values are thrown in, and the SDK goes as far as they carry.
class BagOfValues {
  constructor(sdk) {
    this.sdk = sdk;
  }

  fillProfile(email) {
    return this.sdk.idx.register({ firstName: 'Mary', lastName: 'Jo', email });
  }

  setPassword() {
    return this.sdk.idx.proceed({ authenticator: 'okta_password', password });
  }

  chooseEmail() {
    return this.sdk.idx.proceed({ authenticator: 'okta_email' });
  }

  choosePhone(phoneNumber) {
    return this.sdk.idx.proceed({ authenticator: 'phone_number', methodType: 'sms', phoneNumber });
  }

  // The SDK keeps no page that came with an error, so it begins again at the list.
  sendNumber(phoneNumber) {
    return this.choosePhone(phoneNumber);
  }

  answerCode(verificationCode) {
    return this.sdk.idx.proceed({ verificationCode });
  }

  skip() {
    return this.sdk.idx.proceed({ skip: true });
  }
}

function newClient() {
  const app = org.clients.find(({ clientSecret }) => !clientSecret);
  const sdk = new OktaAuth({
    issuer: org.issuer,
    clientId: app.clientId,
    redirectUri: 'http://localhost:8080/login/callback',
    scopes: ['openid', 'profile', 'email'],
    storageManager: storageOfOnePerson(),
  });
  return major === '7' ? new BagOfValues(sdk) : new StepByStep(sdk);
}

async function codeSentTo(address) {
  const query = new URLSearchParams({ to: address, wait: '10' });
  const answer = await fetch(`${org.controlUrl}/messages?${query}`);
  const { messages } = await answer.json();
  assert.ok(messages.length > 0, `no message for ${address} within ten seconds`);
  return messages.at(-1).otp;
}

function signedUp(transaction, email) {
  assert.equal(transaction.status, 'SUCCESS', `${transaction.error} ${texts(transaction)}`);
  const { idToken, accessToken } = transaction.tokens;
  assert.equal(idToken.claims.iss, org.issuer);
  assert.equal(idToken.claims.email, email);
  assert.ok(accessToken.accessToken);
}

function texts({ messages = [] }) {
  return messages.map(({ message }) => message);
}

let failed = 0;
for (const [title, run] of Object.entries(cases)) {
  try {
    await run(newClient());
    console.log(`ok - okta-auth-js ${version}: ${title}`);
  } catch (error) {
    failed += 1;
    console.log(`not ok - okta-auth-js ${version}: ${title}\n${error?.stack ?? error}`);
  }
}
process.exit(failed === 0 ? 0 : 1);
