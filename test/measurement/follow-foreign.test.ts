import { followForeign, type ForeignSeen } from '../../measurement/follow-foreign';

const seen: ForeignSeen = { vm: 'g1', from: 'h1', to: 'h2', firstSeenMs: 1_000, lastSeenMs: 1_000 };

describe('followForeign', () => {
  it('follows a migration from look to look until it is over', () => {
    const first = followForeign([], [{ vm: 'g1', from: 'h1' }], 1_000);
    expect(first).toEqual({ open: [{ ...seen, to: null }], over: [] });
    const second = followForeign(first.open, [{ vm: 'g1', from: 'h1', to: 'h2' }], 6_000);
    expect(second).toEqual({ open: [{ ...seen, lastSeenMs: 6_000 }], over: [] });
    expect(followForeign(second.open, [], 11_000)).toEqual({ open: [], over: second.open });
  });

  it('tells the next migration of a VM from the one before by its source', () => {
    expect(followForeign([seen], [{ vm: 'g1', from: 'h2', to: 'h1' }], 6_000)).toEqual({
      open: [{ vm: 'g1', from: 'h2', to: 'h1', firstSeenMs: 6_000, lastSeenMs: 6_000 }],
      over: [seen],
    });
  });
});
