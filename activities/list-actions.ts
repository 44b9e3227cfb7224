import type { Action } from '../campaign/plan/plan';
import type { Dependencies } from './dependencies';

/** A window of the stored plan. */
export interface ListActionsInput {
  readonly directory: string;
  readonly from: number;
  readonly limit: number;
}

/** An action and how many later ones follow its end. */
export interface ListedAction {
  readonly action: Action;
  readonly followers: number;
}

/** Reads a window of the plan; the whole plan never passes through workflow history. */
export function createListActions({ store }: Dependencies) {
  return async function listActions({ directory, from, limit }: ListActionsInput): Promise<readonly ListedAction[]> {
    const { actions } = await store.readPlan(directory);
    const followers = new Map<string, number>();
    for (const action of actions) {
      if ('after' in action) followers.set(action.after, (followers.get(action.after) ?? 0) + 1);
    }
    return actions.slice(from, from + limit).map((action) => ({ action, followers: followers.get(action.id) ?? 0 }));
  };
}
