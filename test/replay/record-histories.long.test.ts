import { BEHAVIOURS, missingEvidence } from './behaviours';
import { writeHistories } from './history-files';
import { record, type Scenario } from './recording-site';

jest.setTimeout(300_000);

const placement = { h1: ['g1'], h2: ['g2'] };
const measure = { background: '1s' };
const move = (vm: string, to: string, at: string): object => ({ migrate: vm, to, at });
const end = (at: string): object => ({ end: true, at });
const campaign = (...actions: object[]): object => ({ placement, measure, actions });
const isArmed = ({ state }: { readonly state: string }): boolean => state === 'armed';

/** How each behaviour is brought about. A slow link carries the 64 MiB of a VM in 13 s. */
const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'plain-run': {
    spec: {
      placement: { h1: ['g1', 'g2'], h2: [] },
      measure,
      actions: [move('g1', 'h2', '0s'), { migrate: 'g1', to: 'h1', after: 'previous', pause: '1s' }, end('30s')],
    },
  },
  'continue-as-new': {
    // A run that waits has 14 events when its time comes: with less it would never begin an action.
    suggestContinueAsNewAt: 15,
    spec: campaign(move('g1', 'h2', '0s'), move('g2', 'h1', '1s'), move('g1', 'h1', '75s'), end('150s')),
  },
  'pause-resume-skip': {
    spec: campaign(move('g1', 'h2', '0s'), move('g2', 'h1', '12s'), move('g1', 'h1', '14s'), end('20s')),
    during: async ({ until, update }) => {
      await until(({ done }) => done === 1);
      await update('pause');
      await update('skip', { action: 'a00003' });
      await update('resume');
    },
  },
  'failure-retry': {
    spec: campaign(move('g1', 'h2', '0s'), end('25s')),
    before: ({ command }) => command({ do: 'inject', fault: { kind: 'fail-next', vm: 'g1', code: 'no-room' } }),
    during: async ({ until, update }) => {
      await until(({ failed }) => failed === 1);
      await update('retry', { action: 'a00001' });
    },
  },
  'busy-permit': {
    linkMibPerS: 5,
    spec: { ...campaign(move('g1', 'h2', '0s'), move('g2', 'h1', '0s'), end('10s')), limits: { migrationsPerHost: 1 } },
  },
  'missed-rearmed': {
    spec: {
      ...campaign(move('g1', 'h2', '0s'), end('10s')),
      options: { lateTolerance: '1s' },
    },
    during: async ({ until, crashWorker }) => {
      await until(({ running }) => running.some(isArmed));
      await crashWorker();
    },
  },
  'worker-crash': {
    linkMibPerS: 5,
    spec: campaign(move('g1', 'h2', '0s'), end('10s')),
    during: async ({ until, crashWorker }) => {
      await until(({ running }) => running.some((entry) => isArmed(entry) && Date.now() > entry.dueMs + 2_000));
      await crashWorker();
    },
  },
  cancelled: {
    linkMibPerS: 5,
    spec: campaign(move('g1', 'h2', '0s'), end('60s')),
    during: async ({ until, update }) => {
      await until(({ running }) => running.some((entry) => isArmed(entry) && Date.now() > entry.dueMs + 2_000));
      await update('cancel');
    },
  },
  'bad-input': { spec: { actions: [{ migrate: 'g1' }] } },
};

/**
 * Brings each released behaviour about on real processes. With `DROVER_RECORD=1` its histories become those that the
 * replay tests use (npm run record:histories).
 */
describe('a recording', () => {
  it.each(Object.keys(BEHAVIOURS))('of %s shows what it is for', async (behaviour) => {
    const scenario = SCENARIOS[behaviour];
    if (scenario === undefined) throw new Error(`nobody brings ${behaviour} about`);
    const histories = await record(behaviour, scenario);
    const missing = missingEvidence(behaviour, histories);
    if (process.env['DROVER_RECORD'] === '1' && missing.length === 0) writeHistories(behaviour, histories);
    expect(missing).toEqual([]);
  });
});
