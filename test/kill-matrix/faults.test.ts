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
  for (const faults of runs)
    for (const [index, { atMs, forMs }] of faults.entries()) {
      expect(Math.floor(atMs / (LENGTH_MS / 5))).toBe(index);
      expect(forMs).toBeGreaterThan(0);
    }
});
