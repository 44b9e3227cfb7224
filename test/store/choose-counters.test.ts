import { chooseCounters } from '../../store/choose-counters';

test.each([
  [
    'a lab host',
    ['cpu.time', 'mem.pss', 'mem.rss', 'net.rx.bytes', 'net.tx.bytes', 'processes'],
    [['cpu.time'], ['mem.pss'], ['net.rx.bytes', 'net.tx.bytes']],
  ],
  [
    'vSphere',
    ['cpu.usage.average', 'cpu.utilization.average', 'mem.active.average', 'net.usage.average'],
    [['cpu.usage.average'], ['mem.active.average'], ['net.usage.average']],
  ],
  ['unknown names', ['cpu.b', 'cpu.a', 'disk.x'], [['cpu.a']]],
  ['nothing', [], []],
])('draws of %s the usual counters', (_, available, chosen) => {
  expect(chooseCounters(available, []).map(({ counters }) => counters)).toEqual(chosen);
});

it('adds a panel for each counter asked for that is not drawn yet', () => {
  expect(
    chooseCounters(['cpu.time', 'processes'], ['processes', 'cpu.time', 'no.such']).map(({ panel }) => panel),
  ).toEqual(['cpu', 'processes']);
});
