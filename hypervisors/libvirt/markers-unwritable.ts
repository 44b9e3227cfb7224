import { HypervisorError } from '../types';

const WHAT = '/run/drover/intents cannot be written';
const HINT = 'The SSH user needs write access to /run/drover on the host.';

/** Said of a host that cannot keep the markers of migrations: it can begin none. */
export const CANNOT_MARK = `${WHAT}. ${HINT}`;

/** The same, when one is to begin. */
export function markersUnwritable(host: string): HypervisorError {
  return new HypervisorError('not-permitted', `${host}: ${WHAT}.`, false, HINT);
}
