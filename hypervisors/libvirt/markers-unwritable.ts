import { HypervisorError } from '../types';

/** A host that cannot keep the markers of migrations can begin none. */
export function markersUnwritable(host: string): HypervisorError {
  return new HypervisorError(
    'not-permitted',
    `${host}: /run/drover/intents cannot be written.`,
    false,
    'The SSH user needs write access to /run/drover on the host.',
  );
}
