/** At most `limit` of the rows in their order, evenly spread; those to keep come first. */
export function thin<Row>(rows: readonly Row[], limit: number, keep: (row: Row) => boolean): readonly Row[] {
  if (rows.length <= limit) return rows;
  const kept = evenly(rows.filter(keep), limit);
  const others = evenly(
    rows.filter((row) => !keep(row)),
    limit - kept.length,
  );
  const chosen = new Set([...kept, ...others]);
  return rows.filter((row) => chosen.has(row));
}

function evenly<Row>(rows: readonly Row[], limit: number): readonly Row[] {
  if (rows.length <= limit) return rows;
  return Array.from({ length: limit }, (_, index) => rows[Math.floor((index * rows.length) / limit)] as Row);
}
