import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

/** A migration that the plan wants. */
export interface PlannedMove {
  readonly id: string;
  readonly vm: string;
  readonly to: string;
}

/** A row of `migrations`. Times UTC ms. */
export interface MoveRow {
  readonly action: string;
  readonly kind: string;
  readonly origin: string;
  readonly vm: string;
  readonly from: string | null;
  readonly to: string;
  readonly outcome: string;
  readonly error: string | null;
  readonly provenance: string | null;
  readonly effectiveDue: number | null;
  readonly requested: number | null;
  readonly finished: number | null;
  readonly migrationMs: number | null;
  readonly blackoutMs: number | null;
  readonly blackoutLowMs: number | null;
  readonly blackoutHighMs: number | null;
  readonly blackoutGap: string | null;
  readonly hostSilentMs: number | null;
  /** The silence that was taken for the blackout; null: none was. */
  readonly blackoutStart: number | null;
  readonly blackoutEnd: number | null;
}

/** A row of the ledger, with the number of samples that are stored of that entity and tick. */
export interface Entry {
  readonly entity: string;
  readonly tick: number;
  readonly state: string;
  readonly reason: string | null;
  readonly samples: number;
}

/** What a campaign left, as the checker sees it. */
export interface Stored {
  readonly moves: readonly PlannedMove[];
  readonly rows: readonly MoveRow[];
  readonly ledger: readonly Entry[];
  /** Hosts and VMs of the placement. */
  readonly entities: readonly string[];
}

interface PlanFile {
  readonly placement: Readonly<Record<string, readonly string[]>>;
  readonly actions: readonly { id: string; kind: string; vm?: string; to?: string }[];
}

/** Reads plan and tables of a result directory by SQL alone. */
export async function readStore(directory: string): Promise<Stored> {
  const plan = JSON.parse(readFileSync(join(directory, 'plan.json'), 'utf8')) as PlanFile;
  const table = (name: string): string => `read_parquet('${join(directory, `${name}.parquet`).replaceAll("'", "''")}')`;
  const instance = await DuckDBInstance.create(':memory:');
  const database = await instance.connect();
  const rowsOf = async <T>(sql: string): Promise<readonly T[]> =>
    (await database.runAndReadAll(sql)).getRowObjectsJS() as unknown as readonly T[];
  try {
    const rows = await rowsOf<MoveRow>(`
      SELECT m.action, m.kind, m.origin, m.vm, m."from", m."to", m.outcome, m.error, m.provenance,
        epoch_ms(m.effective_due)::DOUBLE AS "effectiveDue", epoch_ms(m.requested)::DOUBLE AS requested,
        epoch_ms(m.finished)::DOUBLE AS finished, m.migration_ms AS "migrationMs", m.blackout_ms AS "blackoutMs",
        m.blackout_low_ms AS "blackoutLowMs", m.blackout_high_ms AS "blackoutHighMs", m.blackout_gap AS "blackoutGap",
        m.host_silent_ms AS "hostSilentMs",
        epoch_ms(s.start)::DOUBLE AS "blackoutStart", epoch_ms(s."end")::DOUBLE AS "blackoutEnd"
      FROM ${table('migrations')} m
      LEFT JOIN ${table('silences')} s ON s.role = 'blackout' AND s.target = m.vm AND s.vantage = m.vantage
        AND abs(s.silence_ms - m.blackout_ms) < 0.001 AND s."end" >= m.requested AND s.start <= m.finished`);
    const ledger = existsSync(join(directory, 'ledger.parquet'))
      ? await rowsOf<Entry>(`
          SELECT l.entity, epoch_ms(l.tick)::DOUBLE AS tick, l.state, l.reason, coalesce(s.n, 0)::DOUBLE AS samples
          FROM ${table('ledger')} l
          LEFT JOIN (SELECT entity, tick, count(*) AS n FROM ${table('samples')} GROUP BY ALL) s USING (entity, tick)`)
      : [];
    const moves = plan.actions.flatMap(({ id, kind, vm, to }) =>
      kind === 'migrate' && vm !== undefined && to !== undefined ? [{ id, vm, to }] : [],
    );
    const entities = [...Object.keys(plan.placement), ...Object.values(plan.placement).flat()];
    return { moves, rows, ledger, entities };
  } finally {
    database.closeSync();
    instance.closeSync();
  }
}
