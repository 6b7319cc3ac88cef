// The adapter protocol on standard input and output, for adapters in Node: one JSON object per line.

import { createInterface } from 'node:readline';

/**
 * Handles messages until standard input ends.
 *
 * @param hello the client's description: client, version, perProcess, clock
 * @param operations maps the name of an operation to a function that takes the message and returns the reply
 */
export async function speak(hello, operations) {
  for await (const line of createInterface({ input: process.stdin })) {
    const message = JSON.parse(line);
    const reply = message.op === 'hello' ? { ...hello, operations: Object.keys(operations) } : await perform(operations, message);
    process.stdout.write(`${JSON.stringify({ id: message.id, ...reply })}\n`);
  }
}

/** Thrown if the client's public interface does not support an operation. */
export class Unsupported extends Error {}

async function perform(operations, message) {
  const operation = operations[message.op];
  if (!operation) {
    return { status: 'unsupported', error: `unknown operation ${message.op}` };
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
