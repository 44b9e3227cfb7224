import type { When } from './plan';

/** One VM every `everyMs` to the target until `upTo` run there; then back at the same pace if `reverse`. */
export interface StaircasePattern {
  readonly kind: 'staircase';
  readonly target: string;
  readonly upTo: number;
  readonly everyMs: number;
  readonly reverse: boolean;
}

/** One action of a plain list; ids are given by the plan where the user gave none. */
export type ListedAction = { readonly id: string; readonly vm: string; readonly to: string } & When;

/** Migrations listed one by one. */
export interface ListPattern {
  readonly kind: 'list';
  readonly actions: readonly ListedAction[];
}

/** What generates a plan. */
export type PatternSpec = StaircasePattern | ListPattern;
