import { readFile } from 'node:fs/promises';
import { asStoreError, StoreError } from './store-error';

/** How a value is written in campaign.json, plan.json and state files. */
export function formatDocument(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Reads a JSON document. @throws StoreError `missing`, or `damaged` if it is not JSON */
export async function readDocument(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw asStoreError(error, path);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const remedy = 'Restore it from a copy; the tables beside it are not affected.';
    throw new StoreError('damaged', path, 'it is not valid JSON', remedy, { cause: error });
  }
}
