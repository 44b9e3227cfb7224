import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { droverHome } from '../../client/home';
import { describeOnKvmLab, KVM_LAB } from '../lab/kvm/describe-on-kvm-lab';
import { temporalBinary } from '../temporal-binaries';
import type { Fault } from './faults';
import { runFaults } from './run-faults';

jest.setTimeout(900_000);

/** The long form draws its faults; this one strikes what matters most, in the middle of migrations. */
const FAULTS: readonly Fault[] = [
  { victim: 'worker', deed: 'SIGKILL', which: 0, atMs: 1_500, forMs: 2_000 },
  { victim: 'server', deed: 'SIGKILL', which: 0, atMs: 8_000, forMs: 3_000 },
  { victim: 'prober', deed: 'SIGKILL', which: 0, atMs: 14_000, forMs: 1_000 },
  { victim: 'libvirtd', deed: 'SIGKILL', which: 1, atMs: 20_000, forMs: 2_000 },
];

const EVERY_S = 6;

describeOnKvmLab(`the kill matrix, short form, on ${KVM_LAB}`, () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'drover-kill-matrix-'));
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  test('nothing is lost, doubled, over the limit, unaccounted or falsified without a mark', async () => {
    const fromSetUp = { home: droverHome(), temporal: temporalBinary('temporal') };
    const { verdict, faults } = await runFaults(root, 'staircase', FAULTS, fromSetUp, EVERY_S);
    expect(faults).toHaveLength(FAULTS.length);
    expect(verdict).toEqual({ lost: [], doubled: [], limitExceeded: [], unaccounted: [], unmarked: [] });
  });
});
