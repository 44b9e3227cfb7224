import { armed } from '../../workflows/activity-profiles';
import { drawFaults, FAULT_KINDS } from './faults';

const LENGTH_MS = 60_000;
/** Of a spec that does not say otherwise. */
const DEFAULT_TOLERANCE_MS = 5_000;

test('the same seed and run draw the same faults, another seed other ones', () => {
  expect(drawFaults(7, 3, 5, LENGTH_MS)).toEqual(drawFaults(7, 3, 5, LENGTH_MS));
  expect(drawFaults(7, 3, 5, LENGTH_MS)).not.toEqual(drawFaults(8, 3, 5, LENGTH_MS));
});

test('what is frozen for long is so for clearly longer than the heartbeat of an armed activity', () => {
  const heartbeatMs = Number(armed(DEFAULT_TOLERANCE_MS).heartbeatTimeout);
  const lengths = Array.from({ length: 40 }, (_, run) => drawFaults(3, run, 8, LENGTH_MS))
    .flat()
    .filter(({ deed, forMs }) => deed === 'SIGSTOP' && forMs > 10_000)
    .map(({ forMs }) => forMs);
  expect(lengths.length).toBeGreaterThan(20);
  expect(Math.min(...lengths)).toBeGreaterThan(heartbeatMs + 5_000);
});

test('every kind is struck once before any is struck twice, each fault in its own share of the time', () => {
  const runs = Array.from({ length: FAULT_KINDS.length }, (_, run) => drawFaults(1, run, 5, LENGTH_MS));
  const kinds = runs.flat().map(({ victim, deed }) => `${victim} ${deed}`);
  for (let round = 0; round < 5; round += 1) {
    const drawn = kinds.slice(round * FAULT_KINDS.length, (round + 1) * FAULT_KINDS.length);
    expect(new Set(drawn).size).toBe(FAULT_KINDS.length);
  }
  const shares = runs.flatMap((faults) =>
    faults.map(({ atMs, early }, index) => (early === true ? 'early' : Math.floor(atMs / (LENGTH_MS / 5)) - index)),
  );
  expect(new Set(shares)).toEqual(new Set(['early', 0]));
  expect(Math.min(...runs.flat().map(({ forMs }) => forMs))).toBeGreaterThan(0);
});

test('before time zero only worker and server are struck, and shortly: checks refuse a host that is down', () => {
  const early = Array.from({ length: 40 }, (_, run) => drawFaults(5, run, 8, LENGTH_MS))
    .flat()
    .filter((fault) => fault.early === true);
  expect(early.length).toBeGreaterThan(10);
  expect([...new Set(early.map(({ victim }) => victim))].sort()).toEqual(['server', 'worker', 'worker and server']);
  expect(Math.max(...early.map(({ forMs }) => forMs))).toBeLessThan(10_000);
});
