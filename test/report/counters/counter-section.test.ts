import { counterSection } from '../../../report/counters/counter-section';
import { fixture } from '../fixture';
import { madeCounters } from '../made-counters';

const made = madeCounters();
const ofOneVm = made.series.slice(0, 1).map((series) => ({ ...series, entityKind: 'vm' as const, entity: 'g1' }));

test.each([
  ['nothing if all are drawn', { hosts: 3, vms: 1 }, []],
  ['hosts', { hosts: 5, vms: 1 }, ['2 more hosts with fewer migrations: in the table only.']],
  ['VMs', { hosts: 3, vms: 14 }, ['13 more VMs, later by name: in the table only.']],
  ['no VMs where none was asked for', { hosts: 3, vms: 0 }, []],
])('says how many are not drawn: %s', (_, { hosts, vms }, notes) => {
  const series = vms === 0 ? made.series : [...made.series, ...ofOneVm];
  const { markup } = counterSection({ ...fixture(), counters: { ...made, hosts, vms, series } });
  expect(markup.match(/[0-9]+ more [^<]*/g) ?? []).toEqual(notes);
});
