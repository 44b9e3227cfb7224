import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processesNaming, signalAll } from '../test/campaigns/find-processes';
import { CannotRun, type Bench, type BenchOptions, type Outcome } from './bench';
import { watchMachineLoad, type MachineLoad } from './machine-load';

/** What became of one bench. */
export interface BenchResult {
  readonly id: string;
  readonly title: string;
  readonly load: MachineLoad;
  readonly outcome: Outcome | null;
  /** Why there is no outcome; null: there is one. */
  readonly missing: { readonly reason: string; readonly failed: boolean } | null;
}

/** Runs benches one after the other, cleaning up after each; one that fails does not keep the others from running. */
export class BenchRun {
  private cleanUps: (() => Promise<void> | void)[] = [];
  private cleaning: Promise<void> | null = null;

  constructor(private readonly say: (line: string) => void) {}

  async run(bench: Bench, size: BenchOptions['size']): Promise<BenchResult> {
    const { id, title } = bench;
    const directory = mkdtempSync(join(tmpdir(), `drover-bench-${id}-`));
    const atEnd: BenchOptions['atEnd'] = (cleanUp) => void this.cleanUps.push(cleanUp);
    atEnd(() => rmSync(directory, { recursive: true, force: true }));
    // What a set-up that failed half-way has started and nobody else would end.
    atEnd(() =>
      signalAll(
        processesNaming(directory).map(({ pid }) => pid),
        'SIGKILL',
      ),
    );
    const loadSince = watchMachineLoad();
    try {
      const outcome = await bench.run({ size, directory, atEnd, say: (line) => this.say(`(${id}) ${line}`) });
      return { id, title, load: loadSince(), outcome, missing: null };
    } catch (error) {
      const failed = !(error instanceof CannotRun);
      const reason = reasonOf(error);
      this.say(`(${id}) ${failed ? `failed: ${reason}\n${stackOf(error)}` : `not run: ${reason}`}`);
      return { id, title, load: loadSince(), outcome: null, missing: { reason, failed } };
    } finally {
      await this.cleanUp();
    }
  }

  /** Removes what the bench that runs has set up so far; what cannot be removed is said. */
  async cleanUp(): Promise<void> {
    // An interruption and the bench that it breaks both ask for it; the order holds.
    this.cleaning ??= this.cleanAll().finally(() => (this.cleaning = null));
    await this.cleaning;
  }

  private async cleanAll(): Promise<void> {
    for (let next = this.cleanUps.pop(); next !== undefined; next = this.cleanUps.pop()) {
      try {
        await next();
      } catch (error) {
        this.say(`clean-up failed: ${stackOf(error)}`);
      }
    }
  }
}

/** The error's message and those of its causes: Temporal's own says only that a workflow failed. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${reasonOf(error.cause)}`;
}

const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
