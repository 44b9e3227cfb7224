import type { Action } from '../campaign/plan/plan';
import type { Dependencies } from './dependencies';

/** A window of the stored plan. */
export interface ListActionsInput {
  readonly directory: string;
  readonly from: number;
  readonly limit: number;
}

/** Reads a window of the plan; the whole plan never passes through workflow history. */
export function createListActions({ store }: Dependencies) {
  return async function listActions({ directory, from, limit }: ListActionsInput): Promise<readonly Action[]> {
    const { actions } = await store.readPlan(directory);
    return actions.slice(from, from + limit);
  };
}
