// Version 8 in its default mode: each call submits one remediation, which the application names.

import { Unsupported } from '../protocol.mjs';
import { followLink } from './link.mjs';
import { authenticatorKey, idOf } from './shown.mjs';

export class StepMode {
  constructor(sdk) {
    this.sdk = sdk;
  }

  start(activationToken) {
    return this.sdk.idx.start({ flow: 'register', activationToken });
  }

  async fill(values) {
    if (this.offers('authenticator-enrollment-data')) {
      return this.proceed('authenticator-enrollment-data', this.phone(values));
    }
    if (this.offers('select-enroll-profile')) {
      this.transaction = await this.proceed('select-enroll-profile');
    }
    return this.proceed('enroll-profile', this.profile(values));
  }

  choose(key, { methodType, phoneNumber }) {
    const authenticator = methodType || phoneNumber ? { id: idOf(this.transaction, key), methodType, phoneNumber } : this.chosen(key);
    return this.proceed('select-authenticator-enroll', { authenticator });
  }

  answer(passcode) {
    return this.proceed('enroll-authenticator', this.credentials(passcode));
  }

  resend() {
    return this.act('currentAuthenticator-resend');
  }

  poll() {
    return this.act('currentAuthenticator-poll');
  }

  skip() {
    return this.proceed('skip', { skip: true });
  }

  /** Replaces handleEmailVerifyCallback, which names no step and is therefore refused in this mode (8.0.1: idx/emailVerify.js, idx/run.js). */
  async openLink(link) {
    const search = await followLink(link);
    if (!search) {
      return this.transaction;
    }
    const { state, otp } = this.sdk.idx.parseEmailVerifyCallback(search);
    if (!this.sdk.idx.canProceed({ state })) {
      throw new Error('the link belongs to another sign-up');
    }
    this.answeredByLink = otp;
    return this.answer(otp);
  }

  // The names of values in this mode. GenericMode overrides them.

  profile({ passcode, ...values }) {
    return passcode === undefined ? values : { ...values, password: passcode };
  }

  phone({ methodType, phoneNumber }) {
    return { methodType, phoneNumber };
  }

  chosen(key) {
    return key;
  }

  credentials(passcode) {
    return authenticatorKey(this.transaction.nextStep) === 'okta_password' ? { password: passcode } : { verificationCode: passcode };
  }

  proceed(step, values) {
    return this.sdk.idx.proceed({ step, ...values });
  }

  act(action) {
    if (!this.offers(action)) {
      throw new Unsupported(`the page has no action ${action}`);
    }
    return this.sdk.idx.proceed({ actions: [action] });
  }

  offers(name) {
    return this.transaction.availableSteps?.some((step) => step.name === name) || this.transaction.nextStep?.name === name;
  }
}

/** Version 7 or 8 with `useGenericRemediator`: values have the names of the form's fields. */
export class GenericMode extends StepMode {
  profile({ passcode, ...userProfile }) {
    return passcode === undefined ? { userProfile } : { userProfile, credentials: { passcode } };
  }

  phone(values) {
    return { authenticator: { id: idOf(this.transaction, 'phone_number'), ...super.phone(values) } };
  }

  chosen(key) {
    return { id: idOf(this.transaction, key) };
  }

  credentials(passcode) {
    return { credentials: { passcode } };
  }
}
