// The adapter protocol on standard input and output, for every adapter that runs in Node: one JSON object a line.

import { createInterface } from 'node:readline';

/**
 * Speaks the protocol until standard input ends.
 *
 * @param hello what the client says of itself: client, version, perProcess, clock
 * @param operations from the name of an operation to a function of its message; it gives the reply
 */
export async function speak(hello, operations) {
  for await (const line of createInterface({ input: process.stdin })) {
    const message = JSON.parse(line);
    const reply = message.op === 'hello' ? { ...hello, operations: Object.keys(operations) } : await perform(operations, message);
    process.stdout.write(`${JSON.stringify({ id: message.id, ...reply })}\n`);
  }
}

/** Thrown by an operation that the client's public interface does not have. */
export class Unsupported extends Error {}

async function perform(operations, message) {
  const operation = operations[message.op];
  if (!operation) {
    return { status: 'unsupported', error: `there is no operation ${message.op}` };
  }
  try {
    return await operation(message);
  } catch (error) {
    const status = error instanceof Unsupported ? 'unsupported' : 'error';
    // Some SDKs throw plain text.
    const text = typeof error === 'string' ? error : error?.message || error?.errorSummary || String(error);
    return { status, error: text.trim(), messages: [{ class: 'ERROR', text: text.trim() }] };
  }
}
