// Looked up once: Jest's sandbox makes every use of a global slow, and these are used millions of times.
const { imul } = Math;

/** Tommy Ettinger's mulberry32: uniform in [0, 1), the same series for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = imul(state ^ (state >>> 15), 1 | state);
    t = (t + imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
