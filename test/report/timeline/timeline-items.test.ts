import { MARKS } from '../../../report/chart/marks';
import { timelineItems } from '../../../report/timeline/timeline-items';
import { actionRow } from '../../store/rows';
import { fixture } from '../fixture';

it('has a lane for each VM and one for the plan, a symbol for each outcome, and no placement', () => {
  const { actions, migrations } = fixture();
  const timeline = timelineItems(actions, migrations);
  expect(timeline).toMatchObject({ by: 'VM', lanes: ['g1', 'g2', 'g3', 'g4', 'plan'], left: 0 });
  expect(timeline.items.map(({ mark }) => mark)).toEqual([
    MARKS.observed,
    MARKS.observed,
    MARKS.failed,
    MARKS.censored,
    MARKS.recovered,
    MARKS.observed,
    MARKS.observed,
    MARKS.other,
  ]);
  const [first] = timeline.items;
  expect(first).toMatchObject({ lane: 'g1', latenessMs: 0.4, waitedMs: 0 });
  expect((first?.finished ?? 0) - (first?.requested ?? 0)).toBeCloseTo(4113, 3);
});

it('has lanes of target hosts where there are too many VMs, and counts what it leaves out', () => {
  const actions = Array.from({ length: 500 }, (_, index) =>
    actionRow(`a${index}`, { vm: `g${index}`, to: `h${index % 50}` }),
  );
  const timeline = timelineItems(actions, []);
  expect(timeline.by).toBe('target host');
  expect(timeline.lanes).toHaveLength(40);
  expect(timeline.left).toBe(100);
  expect(timeline.items).toHaveLength(400);
});

it.each([
  ['missed', MARKS.never],
  ['skipped', MARKS.never],
  ['cancelled', MARKS.failed],
  ['succeeded', MARKS.observed],
])('draws a migration that was %s by its own shape', (outcome, mark) => {
  expect(timelineItems([actionRow('a', { outcome })], []).items[0]?.mark).toBe(mark);
});
