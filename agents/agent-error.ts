/** An agent could not be built, started or read; the message names the thing, the place and what to do. */
export class AgentError extends Error {
  override readonly name = 'AgentError';
}
