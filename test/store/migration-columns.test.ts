import { columnsOf } from '../../store/table-columns';

/** What the table must at least have, by name and in the units of the names. */
const REQUIRED = `campaign action origin vm from to due effective_due armed requested finished outcome error lateness_ms
  waited_ms migration_ms hypervisor_ms queued_ms blackout_ms blackout_low_ms blackout_high_ms blackout_located_by lost_ms
  guest_stop_ms host_silent_ms brownout_ms downtime_ms transferred_bytes iterations attempts provenance`.split(/\s+/);

test('migrations has every column of a complete observation, times as times', () => {
  const columns = new Map(columnsOf('migrations'));
  expect(REQUIRED.filter((name) => !columns.has(name))).toEqual([]);
  for (const name of ['due', 'effective_due', 'armed', 'requested', 'finished'])
    expect(columns.get(name)?.type).toBe('time');
  for (const name of REQUIRED.filter((each) => each.endsWith('_ms'))) expect(columns.get(name)?.type).toBe('number');
  // Null is "not available"; only these are always known.
  const always = REQUIRED.filter((name) => columns.get(name)?.nullable === false);
  expect(always).toEqual(['campaign', 'action', 'origin', 'vm', 'to', 'outcome', 'attempts', 'provenance']);
});
