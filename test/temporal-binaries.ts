import { readTools } from '../client/tools';
import { droverHome } from '../client/home';

/** Paths of the Temporal programs that set-up found; tests that need them fail with the remedy, they never pass without. */
export function temporalBinary(which: 'temporal' | 'testServer'): string {
  const path = readTools(droverHome())[which];
  if (path === null) throw new Error(`no ${which} binary: run "npm test", which sets everything up`);
  return path;
}
