import { readFileSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { LabKind } from './quickstart-lab';

/** What a quickstart that was interrupted needs to go on. */
export interface QuickstartState {
  readonly campaignId: string;
  readonly lab: LabKind;
}

const path = (home: string): string => join(home, 'quickstart.json');

/** The quickstart that was left unfinished, if there is one. */
export function readQuickstart(home: string): QuickstartState | null {
  return existsSync(path(home)) ? (JSON.parse(readFileSync(path(home), 'utf8')) as QuickstartState) : null;
}

/** Remembers a quickstart that has begun. */
export function writeQuickstart(home: string, state: QuickstartState): void {
  writeFileSync(path(home), JSON.stringify(state));
}

/** Forgets a quickstart that is over. */
export function forgetQuickstart(home: string): void {
  rmSync(path(home), { force: true });
}
