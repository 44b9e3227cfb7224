import { followSilence, LOST_AFTER_MS, NO_SILENCE, UNASKED_MS } from '../../../campaign/plan/silent-hosts';

/** Looks at hosts every so often, from time 1 on. @returns those given up for lost at the last look */
function looks(count: number, everyMs: number, unasked: (look: number) => readonly string[]): readonly string[] {
  let now = { silent: NO_SILENCE, lost: [] as readonly string[] };
  for (let look = 0; look < count; look += 1) now = followSilence(now.silent, unasked(look), 1 + look * everyMs);
  return now.lost;
}

const EVERY_MS = 60_000;
const ENOUGH = LOST_AFTER_MS / EVERY_MS + 2;

describe('followSilence', () => {
  it('gives a host up that was asked in vain for so long, and no other', () => {
    expect(looks(ENOUGH, EVERY_MS, () => ['h1'])).toEqual(['h1']);
    expect(looks(ENOUGH - 1, EVERY_MS, () => ['h1'])).toEqual([]);
    expect(looks(ENOUGH, EVERY_MS, (look) => (look < 2 ? ['h1'] : ['h1', 'h2']))).toEqual(['h1']);
  });

  it('counts anew from an answer, and from a time in which nobody asked or the clock was set back', () => {
    expect(looks(ENOUGH, EVERY_MS, (look) => (look === 3 ? [] : ['h1']))).toEqual([]);
    expect(looks(ENOUGH, UNASKED_MS + 1, () => ['h1'])).toEqual([]);
    const before = followSilence(NO_SILENCE, ['h1'], 10 * LOST_AFTER_MS).silent;
    expect(followSilence(before, ['h1'], 5).silent).toEqual({ sinceMs: { h1: 5 }, askedAtMs: 5 });
  });
});
