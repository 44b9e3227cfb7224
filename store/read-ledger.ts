import type { DuckDBConnection } from '@duckdb/node-api';
import type { Ledger, LedgerGap, LedgerSummary } from './counter-types';
import { literal } from './database';
import { queryRows } from './query-rows';
import { parquetPath } from './tables';

const GAPS_LISTED = 100;

/** Sums the ledger up, in the database; null if it has no row. */
export async function readLedger(database: DuckDBConnection, directory: string): Promise<Ledger | null> {
  const ledger = `read_parquet(${literal(parquetPath(directory, 'ledger'))})`;
  const [range] = await queryRows<{ fromMs: number | null; untilMs: number | null; everyMs: number | null }>(
    database,
    `SELECT min(ms)::DOUBLE AS "fromMs", max(ms)::DOUBLE AS "untilMs", min(step)::DOUBLE AS "everyMs"
     FROM (SELECT ms, ms - lag(ms) OVER (ORDER BY ms) AS step FROM (SELECT DISTINCT epoch_ms(tick) AS ms FROM ${ledger}))`,
  );
  if (range === undefined || range.fromMs === null || range.untilMs === null) return null;
  const { fromMs, untilMs, everyMs } = range;
  const ticks = everyMs === null ? 1 : Math.round((untilMs - fromMs) / everyMs) + 1;
  const counted = await queryRows<Omit<LedgerSummary, 'unaccounted'> & { rows: number }>(
    database,
    `SELECT entity_kind AS "entityKind", entity, count(*)::DOUBLE AS "rows",
       (count(*) FILTER (state = 'value'))::DOUBLE AS "value",
       (count(*) FILTER (state = 'back-filled'))::DOUBLE AS "backFilled",
       (count(*) FILTER (state = 'gap'))::DOUBLE AS "gap"
     FROM ${ledger} GROUP BY ALL ORDER BY ALL`,
  );
  const islands = `
    SELECT entity_kind, entity, coalesce(reason, 'no reason was recorded') AS reason, min(epoch_ms(tick)) AS "from",
      max(epoch_ms(tick)) AS "until", count(*) AS ticks
    FROM (SELECT *, epoch_ms(tick) - ${String(everyMs ?? 1)} *
            row_number() OVER (PARTITION BY entity_kind, entity, reason ORDER BY tick) AS island
          FROM ${ledger} WHERE state = 'gap')
    GROUP BY entity_kind, entity, reason, island`;
  const [count] = await queryRows<{ n: number }>(database, `SELECT count(*)::DOUBLE AS n FROM (${islands})`);
  const gaps = await queryRows<LedgerGap>(
    database,
    `SELECT entity_kind AS "entityKind", entity, "from"::DOUBLE AS "fromMs", "until"::DOUBLE AS "untilMs",
       ticks::DOUBLE AS ticks, reason
     FROM (${islands}) ORDER BY ticks DESC, "from", entity_kind, entity, reason LIMIT ${String(GAPS_LISTED)}`,
  );
  return {
    fromMs,
    untilMs,
    everyMs,
    entities: counted.map(({ rows, ...summary }) => ({ ...summary, unaccounted: ticks - rows })),
    gaps,
    gapCount: count?.n ?? 0,
  };
}
