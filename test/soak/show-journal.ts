import { readJournal } from './journal';
import { judgeSoak } from './judge-soak';
import { renderSoak } from './render-soak';

const WHOLE_MS = 72 * 3_600_000;
const WHOLE_MIGRATIONS = 10_000;

/**
 * `node bench/run-typescript.cjs test/soak/show-journal.ts FILE [MIGRATIONS]`: judges the journal of a soak that goes on or was interrupted.
 * With MIGRATIONS it is a simulated one of so many so far.
 */
function showJournal([file, migrations]: readonly string[]): void {
  if (file === undefined) throw new Error('name the journal');
  const whole = (soakMs: number): number =>
    migrations === undefined ? WHOLE_MS : (soakMs * WHOLE_MIGRATIONS) / Number(migrations);
  console.log(renderSoak(file, judgeSoak(readJournal(file), whole)));
}

showJournal(process.argv.slice(2));
