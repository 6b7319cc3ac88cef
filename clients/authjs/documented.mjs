// 8.x in step mode, with the calls that Okta's guides name for a mail with a link. Both proceed without naming a step, which this mode refuses
// (8.0.1: idx/emailVerify.js, idx/poll.js, idx/run.js); StepByStep goes around them, and the matrix shows both.

import { followLink } from './link.mjs';
import { StepByStep } from './step.mjs';

export class AsDocumented extends StepByStep {
  poll() {
    return this.sdk.idx.poll();
  }

  async openLink(link) {
    const search = await followLink(link);
    return search ? this.sdk.idx.handleEmailVerifyCallback(search) : this.transaction;
  }
}
