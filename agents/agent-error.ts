import { printable } from '../campaign/plan/printable';

const LONGEST_MESSAGE = 2_000;

/** An agent could not be built, started or read; the message names the thing, the place and what to do. */
export class AgentError extends Error {
  override readonly name = 'AgentError';

  constructor(message: string, options?: { cause?: unknown }) {
    super(printable(message, LONGEST_MESSAGE), options);
  }
}
