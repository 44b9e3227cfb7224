import fc from 'fast-check';
import { campaignFolder } from '../../agents/campaign-folder';

test('a plain id is its own folder', () => {
  expect(campaignFolder('ring-1.b_2')).toBe('ring-1.b_2');
});

test('any id gives one safe name, different ids different ones', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (one, other) => {
      expect(campaignFolder(one)).toMatch(/^(?!\.)[A-Za-z0-9._-]{1,63}$/);
      expect(campaignFolder(one) === campaignFolder(other)).toBe(one === other);
    }),
  );
});
