import { isSiteLook } from '../../../campaign/contract/permits';

const LOOK = { foreign: [{ vm: 'g1', from: 'h1' }], limitPerHost: 4, atMs: 1 };

test('a look may leave out which hosts could not be asked', () => {
  expect(isSiteLook(LOOK)).toBe(true);
  expect(isSiteLook({ ...LOOK, unasked: [] })).toBe(true);
  expect(isSiteLook({ ...LOOK, unasked: ['h2'] })).toBe(true);
});

test.each([[{ unasked: 'h2' }], [{ unasked: [2] }], [{ unasked: null }], [{ foreign: [{}] }], [{ limitPerHost: 0 }]])(
  'a look with %j is not understood',
  (wrong) => {
    expect(isSiteLook({ ...LOOK, ...wrong })).toBe(false);
  },
);
