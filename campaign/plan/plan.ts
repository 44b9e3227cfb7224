/** When an action is due: an offset from time zero, or a pause after another action ended. Milliseconds. */
export type When = { readonly dueMs: number } | { readonly after: string; readonly pauseMs: number };

/** Moves one VM to another host while it runs. */
export type MigrateAction = {
  readonly id: string;
  readonly kind: 'migrate';
  readonly vm: string;
  readonly to: string;
} & When;

/** Sets how many more (or fewer) clients of one type run from now on. */
export type ClientsAction = {
  readonly id: string;
  readonly kind: 'add-clients' | 'remove-clients';
  readonly clientType: string;
  readonly count: number;
} & When;

/** Ends the campaign; every plan has exactly one, and it is the last action. */
export type EndAction = { readonly id: string; readonly kind: 'end' } & When;

/** One step of a plan. */
export type Action = MigrateAction | ClientsAction | EndAction;

/** Which VMs each host starts with: host name to VM names. */
export type Placement = Readonly<Record<string, readonly string[]>>;

/** The ordered list of actions of a campaign and the placement it starts from; depends on the spec alone. */
export interface Plan {
  readonly placement: Placement;
  readonly actions: readonly Action[];
}
