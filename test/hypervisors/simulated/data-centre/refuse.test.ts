import { Refusal } from '../../../../hypervisors/simulated/data-centre/state/refuse';
import { SmallDataCentre } from './small-data-centre';

test.each<[string, object, string]>([
  ['an id twice', { id: 'running', vm: 'g1', from: 'h1', to: 'h2' }, 'rejected'],
  ['a VM on the move', { id: 'n', vm: 'g2', from: 'h2', to: 'h1' }, 'busy'],
  ['an unknown VM', { id: 'n', vm: 'g9', from: 'h1', to: 'h2' }, 'not-found'],
  ['an unknown source', { id: 'n', vm: 'g1', from: 'h9', to: 'h2' }, 'not-found'],
  ['an unknown target', { id: 'n', vm: 'g1', from: 'h1', to: 'h9' }, 'not-found'],
  ['a wrong source', { id: 'n', vm: 'g1', from: 'h3', to: 'h2' }, 'bad-state'],
  ['the same host', { id: 'n', vm: 'g1', from: 'h1', to: 'h1' }, 'bad-state'],
  ['a host in maintenance', { id: 'n', vm: 'g1', from: 'h1', to: 'h2' }, 'not-permitted'],
  ['a host that VMs on their way will fill', { id: 'n', vm: 'g1', from: 'h1', to: 'h3' }, 'no-room'],
])('%s', (_what, start, code) => {
  const dataCentre = new SmallDataCentre();
  dataCentre.start(0, 'running', 'g2', 'h2', 'h3');
  dataCentre.at(0, { do: 'set-host', host: 'h2', maintenance: true });
  // g3 is there, g2 is coming: 512 MiB are taken.
  dataCentre.at(0, { do: 'set-host', host: 'h3', memoryMib: 767 });
  const before = JSON.stringify([...dataCentre.state.migrations]);
  expect(() => dataCentre.at(0, { do: 'start', ...start })).toThrow(expect.objectContaining({ code }) as Error);
  expect(() => dataCentre.at(0, { do: 'start', ...start })).toThrow(Refusal);
  expect(JSON.stringify([...dataCentre.state.migrations])).toBe(before);
});
