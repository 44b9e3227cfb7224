/** Failure types that workflows and clients match on; never match on message text. */
export const FAILURE = {
  /** The spec has problems; details[0] is the list of them. */
  invalidSpec: 'InvalidSpec',
  /** The site cannot carry the campaign; details[0] is the list of problems. */
  preflightFailed: 'PreflightFailed',
  /** A VM could not be brought to the host where the plan starts it. */
  placementFailed: 'PlacementFailed',
  /** The hypervisor refused for good; details[0] is { code, hint }. */
  hypervisor: 'HypervisorRefused',
  /** Agents cannot run in a guest or on a host; the message says where, why and what to do. */
  agents: 'AgentsRefused',
  /** The results cannot be stored; details[0] names the remedy. */
  store: 'StoreFailed',
  /** A message names an action that the plan does not have. */
  unknownAction: 'UnknownAction',
} as const;
