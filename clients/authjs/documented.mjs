// Version 8 in step mode, with the calls that Okta's guides document for an email with a link. Both calls proceed without a step name, which this mode
// refuses (8.0.1: idx/emailVerify.js, idx/poll.js, idx/run.js). StepMode avoids these calls, and the matrix shows both variants.

import { followLink } from './link.mjs';
import { StepMode } from './step.mjs';

export class DocumentedMode extends StepMode {
  poll() {
    return this.sdk.idx.poll();
  }

  async openLink(link) {
    const search = await followLink(link);
    return search ? this.sdk.idx.handleEmailVerifyCallback(search) : this.transaction;
  }
}
