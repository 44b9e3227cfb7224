import { unitScale } from '../../../report/counters/unit-scale';

test.each([
  [['cpu.time', 'ns', 'per_s', 7e8], { factor: 1e-9, unit: 'cores' }],
  [['vcpu.delay', 'ns', 'per_s', 7e8], { factor: 1e-9, unit: 's/s' }],
  [['cpu.time', 'ns', 'value', 7e12], { factor: 1e-9, unit: 's' }],
  [['mem.pss', 'KiB', 'value', 465_420], { factor: 1 / 1024, unit: 'MiB' }],
  [['mem.pss', 'KiB', 'value', 4_654_200], { factor: 1 / 1024 ** 2, unit: 'GiB' }],
  [['net.tx.bytes', 'bytes', 'per_s', 5_677_223], { factor: 1 / 1024 ** 2, unit: 'MiB/s' }],
  [['net.tx.bytes', 'bytes', 'per_s', 12], { factor: 1, unit: 'B/s' }],
  [['net.rx.pkts', 'count', 'per_s', 12], { factor: 1, unit: '1/s' }],
  [['processes', 'count', 'value', 12], { factor: 1, unit: 'count' }],
  [['state.state', '', 'value', 1], { factor: 1, unit: 'no unit' }],
  [['cpu.usage.average', 'percent', 'value', 50], { factor: 1, unit: '%' }],
  [['cpu.usagemhz.average', 'megaHertz', 'value', 50], { factor: 1, unit: 'megaHertz' }],
] as const)('%j is shown as %j', ([counter, unit, drawn, largest], scale) => {
  expect(unitScale(counter, unit, drawn, largest)).toEqual(scale);
});
