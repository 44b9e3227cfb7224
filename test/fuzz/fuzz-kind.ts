import fc from 'fast-check';

/** What became of a case that was handled as promised; `dropped`: what no user wrote is left out without a word, and counted or noted as missing elsewhere. */
export type Outcome = 'accepted' | 'refused' | 'dropped';

/** How many cases ended how, and the most processor time that one of them took. */
export interface Counts {
  readonly accepted: number;
  readonly refused: number;
  readonly dropped: number;
  readonly slowestMs: number;
}

/** One kind of input: how its cases are made and what must hold for each. */
export interface FuzzKind {
  readonly name: string;
  /** Cases of 100,000 over all kinds. */
  readonly share: number;
  /** @throws Error with the smallest case that breaks what was promised */
  readonly run: (cases: number, seed: number) => Promise<Counts>;
}

// Processor time, not wall clock: the machine may stand still, a reader that hangs or backtracks may not.
const LONGEST_MS = 5_000;

/** Makes a kind. @param check - throws if a promise is broken; else tells whether the input was accepted */
export function fuzzKind<Case>(
  name: string,
  share: number,
  cases: fc.Arbitrary<Case>,
  check: (one: Case) => Outcome | Promise<Outcome>,
): FuzzKind {
  return {
    name,
    share,
    run: async (runs, seed) => {
      const counts = { accepted: 0, refused: 0, dropped: 0, slowestMs: 0 };
      const clean = prototypes();
      const property = fc.asyncProperty(cases, async (one) => {
        const before = process.cpuUsage();
        const outcome = await check(one);
        const { user, system } = process.cpuUsage(before);
        const tookMs = (user + system) / 1_000;
        if (tookMs > LONGEST_MS) throw new Error(`it took ${String(Math.round(tookMs))} ms of processor time`);
        if (prototypes() !== clean) throw new Error(`it changed a prototype: ${prototypes()}`);
        counts[outcome] += 1;
        counts.slowestMs = Math.max(counts.slowestMs, Math.round(tookMs));
      });
      await fc.assert(property, { numRuns: runs, seed });
      return counts;
    },
  };
}

/** Own names of the prototypes that everything inherits from. */
function prototypes(): string {
  return [Object.prototype, Array.prototype, Function.prototype, String.prototype]
    .map((each) => Reflect.ownKeys(each).map(String).join(' '))
    .join('; ');
}
