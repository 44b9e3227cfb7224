import type { CollectionState } from '../measurement/collection';
import type { ResultStore } from './dependencies';

/** Name of the state of what the machine of the worker collects, in the result directory. */
export const COLLECTION_STATE = 'measurement';

/** Name of the state of what a further vantage collects. */
export function vantageState(vantage: string): string {
  return `${COLLECTION_STATE}-from-${vantage}`;
}

/** Reads the state of a collection; null: there is none yet. */
export async function collectionState(
  store: ResultStore,
  directory: string,
  name: string,
): Promise<CollectionState | null> {
  return (await store.readState(directory, name)) as CollectionState | null;
}
