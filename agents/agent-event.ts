/** Something that went wrong with the agents of one machine and did not stop the others. */
export interface AgentEvent {
  /** `restarted`: an agent had died and runs again; `failed`: it could not be started again; `out-of-reach`: nothing is
   * known of it now; `left-behind`: it could not be removed, and ends itself with its lease. */
  readonly kind: 'restarted' | 'failed' | 'out-of-reach' | 'left-behind';
  /** `VM g1`, `host h2`. */
  readonly machine: string;
  /** One sentence that names the machine. */
  readonly message: string;
}
