import { writeFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { Bench, BenchOptions } from './bench';
import { BENCHES } from './benches';
import { describeMachine } from './describe-machine';
import { renderResults } from './render-results';
import { BenchRun, type BenchResult } from './run-benches';

interface Arguments {
  readonly json?: string;
  readonly quick?: boolean;
  readonly full?: boolean;
}

function parseId(value: string, chosen: readonly Bench[] = []): readonly Bench[] {
  const bench = BENCHES.find(({ id }) => id === value);
  if (bench === undefined) throw new InvalidArgumentError(`The benches are ${BENCHES.map(({ id }) => id).join(', ')}.`);
  return [...chosen.filter(({ id }) => id !== value), bench];
}

/** `npm run bench`. */
async function main(): Promise<void> {
  const program = new Command('npm run bench --')
    .description('Measures drover beside what people would use instead')
    .argument('[bench...]', 'letters of the benches to run; default: all', parseId)
    .option('--json <file>', 'write everything measured to this file too')
    .addOption(new Option('--quick', 'a first look: fewer actions, figures of little weight').conflicts('full'))
    .option('--full', 'also the sizes that take longer than all other benches together')
    .addHelpText('after', `\n${BENCHES.map(({ id, title }) => `  ${id}  ${title}`).join('\n')}`)
    .showHelpAfterError()
    .exitOverride();
  try {
    program.parse();
  } catch (error) {
    // Commander has printed its message itself.
    if (!(error instanceof CommanderError)) throw error;
    process.exit(error.exitCode === 0 ? 0 : 2);
  }
  const options: Arguments = program.opts();
  const chosen = (program.processedArgs[0] ?? []) as readonly Bench[];
  const size = options.quick === true ? 'quick' : options.full === true ? 'full' : 'normal';
  await runAll(chosen.length > 0 ? chosen : BENCHES, size, options.json);
}

async function runAll(benches: readonly Bench[], size: BenchOptions['size'], jsonFile?: string): Promise<void> {
  const say = (line: string): void => console.error(`${new Date().toISOString().slice(11, 19)} ${line}`);
  const run = new BenchRun(say);
  const interruption = new AbortController();
  const interrupt = (): void => {
    if (interruption.signal.aborted) return;
    interruption.abort();
    say('interrupted: cleaning up');
    // The bench that is broken off still uses what is closed under it, e.g. a Temporal client that tries once more.
    process.on('uncaughtException', () => undefined);
    void run.cleanUp().finally(() => process.exit(130));
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);

  const machine = describeMachine();
  const results: BenchResult[] = [];
  for (const bench of benches) {
    if (interruption.signal.aborted) return;
    say(`(${bench.id}) ${bench.title}`);
    results.push(await run.run(bench, size));
  }
  if (interruption.signal.aborted) return;
  console.log(renderResults(machine, results));
  if (jsonFile !== undefined) {
    const measuredAt = new Date().toISOString();
    writeFileSync(jsonFile, `${JSON.stringify({ measuredAt, size, machine, results }, null, 2)}\n`);
  }
  process.exit(results.some(({ missing }) => missing?.failed === true) ? 1 : 0);
}

void main();
