import type { Action } from '../campaign/plan/plan';
import type { Dependencies } from './dependencies';

/** Which action of which stored plan. */
export interface FindActionInput {
  readonly directory: string;
  readonly actionId: string;
}

/** Where an action stands in the plan. */
export interface FoundAction {
  readonly action: Action;
  readonly index: number;
}

/** Looks an action of the stored plan up by its id; null: there is none. */
export function createFindAction({ store }: Dependencies) {
  return async function findAction({ directory, actionId }: FindActionInput): Promise<FoundAction | null> {
    const { actions } = await store.readPlan(directory);
    const index = actions.findIndex(({ id }) => id === actionId);
    const action = actions[index];
    return action === undefined ? null : { action, index };
  };
}
