import { freeNetworks } from '../../../lab/kvm/free-networks';

const all = Array.from({ length: 42 }, (_, index) => `10.${String(78 + index)}`);

test('offers all networks from 10.78 to 10.119 that no address is in, in order', () => {
  expect(freeNetworks([])).toEqual(all);
  expect(freeNetworks(['127.0.0.1', '10.78.0.1', '10.80.3.4', '10.7.8.1', '110.79.0.1', 'fe80::1'])).toEqual(
    all.filter((network) => network !== '10.78' && network !== '10.80'),
  );
});

test('says so when all are taken', () => {
  expect(() => freeNetworks(all.map((network) => `${network}.0.1`))).toThrow('take a lab down first');
});
