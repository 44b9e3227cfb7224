import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Writable } from 'node:stream';
import { join } from 'node:path';
import { validateSpec } from '../../campaign/spec/validate-spec';
import { readCampaign } from '../../store/campaign-document';
import { followChunks, type NewRows } from '../../store/follow-chunks';
import { isThere } from '../../store/is-there';
import { readPlan } from '../../store/plan-document';
import type { StoredReading } from '../../store/sample-types';
import { readTable } from '../../store/tables';
import { CommandError, EXIT } from '../exit';
import { actionLine, CSV_HEADER, migrationLine, sampleLine } from './csv-row';
import { LiveOrder, type LiveRow } from './live-order';
import { sampleValues } from './sample-values';

const LOOK_EVERY_MS = 1_000;
const LINES_AT_ONCE = 500;

interface Source {
  readonly take: () => Promise<NewRows>;
  readonly order: LiveOrder;
  readonly everyMs: number;
}

/** A campaign's samples and actions as CSV while it runs, read from its result directory on this machine. */
export class CsvStream {
  private readonly actions = new Set<string>();
  private readonly before = new Map<string, StoredReading>();
  private source: Source | null = null;

  constructor(
    private readonly campaign: string,
    private readonly output: Writable,
  ) {}

  /** Prints until it is stopped, beginning with the header. @param directoryOf - the result directory, null until it is known @throws CommandError if that is not on this machine */
  async run(directoryOf: () => string | null, stopped: AbortSignal): Promise<void> {
    await this.print([CSV_HEADER]);
    while (!stopped.aborted) {
      await this.follow(directoryOf());
      await sleep(LOOK_EVERY_MS, undefined, { signal: stopped }).catch(() => undefined);
    }
  }

  /** After the end of the campaign: what was held back, and every action that was no migration. */
  async finish(directory: string): Promise<void> {
    await this.follow(directory);
    if (this.source === null) return;
    await this.printRows(this.source, this.source.order.rest());
    const rows = await readTable(directory, 'actions');
    await this.print(rows.filter(({ action }) => !this.actions.has(action)).map(actionLine));
  }

  private async follow(directory: string | null): Promise<void> {
    if (directory === null) return;
    this.source ??= await this.open(directory);
    await this.printRows(this.source, this.source.order.take(await this.source.take(), Date.now()));
  }

  private async open(directory: string): Promise<Source> {
    const record = (await isThere(join(directory, 'campaign.json'))) ? await readCampaign(directory) : null;
    if (record?.campaign !== this.campaign)
      throw new CommandError(
        `the results of ${this.campaign} are not on this machine but in ${directory} on the worker's; ` +
          'the campaign goes on: follow it there with "drover watch --csv", or here without --csv',
        EXIT.unreachable,
      );
    const { placement } = await readPlan(directory);
    const checked = validateSpec(record.spec);
    if (!checked.ok)
      throw new CommandError(`${directory}/campaign.json: its spec is not valid any more`, EXIT.badInput);
    const { sampleEveryMs: everyMs } = checked.spec.measure;
    return { take: followChunks(directory), order: new LiveOrder(Object.keys(placement)), everyMs };
  }

  private async printRows({ everyMs }: Source, rows: readonly LiveRow[]): Promise<void> {
    const lines: string[] = [];
    for (const row of rows) {
      if ('migration' in row) {
        this.actions.add(row.migration.action);
        lines.push(migrationLine(row.migration));
      } else {
        const { reading } = row;
        const key = `${reading.entityKind} ${reading.entity}`;
        const values = sampleValues(reading, this.before.get(key) ?? null, everyMs);
        this.before.set(key, reading);
        lines.push(...values.map((value) => sampleLine(reading, value)));
      }
    }
    await this.print(lines);
  }

  private async print(lines: readonly string[]): Promise<void> {
    for (let from = 0; from < lines.length; from += LINES_AT_ONCE) {
      const text = lines.slice(from, from + LINES_AT_ONCE).join('\n');
      if (!this.output.write(`${text}\n`)) await once(this.output, 'drain');
    }
  }
}
