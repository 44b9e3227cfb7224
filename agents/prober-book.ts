import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { AgentError } from './agent-error';
import { writeAtomically } from './write-atomically';

/** A target as the prober knows it: an IP address under a number. */
export interface ResolvedTarget {
  readonly name: string;
  readonly address: string;
  readonly port: number;
}

/** What the worker must still know of a prober when it comes back. */
export interface ProberBook {
  /** UTC milliseconds; sequence numbers count from here. */
  readonly createdMs: number;
  /** Changes only with what is probed. */
  readonly revision: number;
  readonly leaseS: number;
  readonly periodMs: number;
  readonly targets: readonly ResolvedTarget[];
  /** Number of every target that was ever probed; never used for another one. */
  readonly ids: Readonly<Record<string, number>>;
  /** Epoch of a series to why it ended. */
  readonly endings: Readonly<Record<string, string>>;
  /** It was told to stop. */
  readonly stopped: boolean;
  /** The series that was found dead at the stop, and when (UTC milliseconds); null: none. */
  readonly deadAtStop: { readonly epoch: string; readonly atMs: number } | null;
}

const id = z.int().min(0).max(65_535);
const bookShape = z.object({
  createdMs: z.number(),
  revision: z.int(),
  leaseS: z.number(),
  periodMs: z.number(),
  targets: z.array(z.object({ name: z.string(), address: z.string(), port: id })),
  ids: z.record(z.string(), id),
  endings: z.record(z.string(), z.string()),
  stopped: z.boolean(),
  deadAtStop: z.object({ epoch: z.string(), atMs: z.number() }).nullable(),
});

/** A book before anything was probed. */
export function newBook(createdMs: number): ProberBook {
  return {
    createdMs,
    revision: 0,
    leaseS: 0,
    periodMs: 0,
    targets: [],
    ids: {},
    endings: {},
    stopped: false,
    deadAtStop: null,
  };
}

/** The book with a new desired state; its revision changes only if targets or period did. */
export function withTargets(
  book: ProberBook,
  targets: readonly ResolvedTarget[],
  periodMs: number,
  leaseS: number,
): ProberBook {
  const sorted = [...targets].sort((a, b) => (a.name < b.name ? -1 : 1));
  const same = periodMs === book.periodMs && JSON.stringify(sorted) === JSON.stringify(book.targets);
  const ids = { ...book.ids };
  let next = Math.max(0, ...Object.values(ids)) + 1;
  for (const { name } of sorted) ids[name] ??= next++;
  const revision = same ? book.revision : book.revision + 1;
  return { ...book, revision, leaseS, periodMs, targets: sorted, ids, stopped: false, deadAtStop: null };
}

/** The `KEY=VALUE` lines that the agent program takes as the prober's desired state. */
export function desiredLines(book: ProberBook, vantage: string, renewal: number): string[] {
  return [
    `revision=${String(book.revision)}`,
    `renewal=${String(renewal)}`,
    `lease_s=${String(book.leaseS)}`,
    `period_us=${String(Math.round(book.periodMs * 1000))}`,
    `seq_origin_ms=${String(book.createdMs)}`,
    `vantage=${vantage.replaceAll(/\s/g, ' ')}`,
    ...book.targets.map(({ name, address, port }) => `target=${String(book.ids[name])} ${address} ${String(port)}`),
  ];
}

/** Reads a book; null if there is none. @throws AgentError if it is damaged */
export async function readBook(path: string): Promise<ProberBook | null> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  const damaged = (cause: unknown): AgentError =>
    new AgentError(`${path} is damaged, so the probes recorded beside it cannot be told apart: move its folder away.`, {
      cause,
    });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw damaged(error);
  }
  const checked = bookShape.safeParse(value);
  if (!checked.success) throw damaged(checked.error);
  return checked.data;
}

/** Writes a book in one piece. */
export async function writeBook(path: string, book: ProberBook): Promise<void> {
  await writeAtomically(path, `${JSON.stringify(book)}\n`);
}
