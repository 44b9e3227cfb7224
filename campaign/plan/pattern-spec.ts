import type { ClientsAction, MigrateAction, When } from './plan';

/** When the next migration comes: at a fixed pace, or a pause after the one before it ended. Milliseconds. */
export type Pace = { readonly everyMs: number } | { readonly pauseMs: number };

/** One VM every `everyMs` to the target until `upTo` run there; then back at the same pace if `reverse`. */
export interface StaircasePattern {
  readonly kind: 'staircase';
  readonly target: string;
  readonly upTo: number;
  readonly everyMs: number;
  readonly reverse: boolean;
  /** How often up and down; absent: once. */
  readonly repeats?: number;
}

/** VMs go round all hosts, each time into the next host of the placement; `concurrent` at once. */
export interface RingPattern {
  readonly kind: 'ring';
  readonly migrations: number;
  readonly concurrent: number;
  readonly pace: Pace;
}

/** One VM goes round the hosts, in their order. */
export interface CyclePattern {
  readonly kind: 'cycle';
  readonly vm: string;
  readonly hosts: readonly string[];
  readonly migrations: number;
  readonly pace: Pace;
}

/** A host gives all its VMs to the others in turn, and gets them back if `back`. */
export interface EvacuatePattern {
  readonly kind: 'evacuate';
  readonly host: string;
  readonly to: readonly string[];
  readonly back: boolean;
  readonly pace: Pace;
  readonly repeats: number;
}

/** One action of a plain list or script, its id given by the user or by its place in the list. */
export type ListedAction = MigrateAction | ClientsAction;

/** Actions listed one by one, in the order in which they are armed. */
export interface ListPattern {
  readonly kind: 'list';
  readonly actions: readonly ListedAction[];
  /** When the campaign ends; null: when the last action has ended. */
  readonly end: ({ readonly id: string } & When) | null;
}

/** What generates a plan. */
export type PatternSpec = StaircasePattern | RingPattern | CyclePattern | EvacuatePattern | ListPattern;
