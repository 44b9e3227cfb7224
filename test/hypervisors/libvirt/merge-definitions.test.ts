import fc from 'fast-check';
import { mergeDefinitions } from '../../../hypervisors/libvirt/merge-definitions';
import type { Definition } from '../../../hypervisors/libvirt/parse-inventory';

const definition = (host: string, more: Partial<Definition> = {}): Definition => ({
  name: 'g1',
  uuid: 'u1',
  host,
  power: 'running',
  vcpus: 1,
  memoryBytes: 2 ** 28,
  addresses: [],
  leftover: false,
  moving: false,
  ...more,
});

test.each<[string, readonly Definition[], readonly string[]]>([
  ['a VM on one host', [definition('h1')], ['h1']],
  ['during a migration it is where it runs', [definition('h2', { moving: true }), definition('h1')], ['h1']],
  [
    'after a migration its old definition is not a VM',
    [definition('h1', { power: 'off', leftover: true }), definition('h2')],
    ['h2'],
  ],
  ['a leftover alone is not a VM', [definition('h1', { power: 'off', leftover: true })], []],
  ['a VM that is off is one', [definition('h1', { power: 'off' })], ['h1']],
  ['an old definition that is off does not hide it', [definition('h1', { power: 'off' }), definition('h2')], ['h2']],
  [
    'a VM that a user paused is where it is, not where it is coming',
    [definition('h2', { moving: true }), definition('h1', { power: 'paused' })],
    ['h1'],
  ],
  ['two VMs of one name are two', [definition('h1'), definition('h2', { uuid: 'u2' })], ['h1', 'h2']],
])('%s', (_what, definitions, hosts) => {
  for (const order of [definitions, [...definitions].reverse()])
    expect(
      mergeDefinitions(order)
        .map(({ host }) => host)
        .sort(),
    ).toEqual(hosts);
});

test('every uuid is shown at most once, and a running VM always', () => {
  const any = fc.record({
    host: fc.constantFrom('h1', 'h2', 'h3'),
    uuid: fc.constantFrom('u1', 'u2'),
    power: fc.constantFrom('running' as const, 'paused' as const, 'off' as const),
    leftover: fc.boolean(),
    moving: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(any), (some) => {
      const definitions = some.map((each) =>
        definition(each.host, { ...each, leftover: each.leftover && each.power === 'off' }),
      );
      const merged = mergeDefinitions(definitions);
      expect(new Set(merged.map(({ uuid }) => uuid)).size).toBe(merged.length);
      for (const { uuid } of definitions.filter(({ power }) => power === 'running'))
        expect(merged.map((vm) => vm.uuid)).toContain(uuid);
      for (const vm of merged) expect(Object.keys(vm)).not.toContain('leftover');
    }),
  );
});
