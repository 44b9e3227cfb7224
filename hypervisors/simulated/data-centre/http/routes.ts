import type { WireError } from '../../wire';
import type { DataCentre } from '../data-centre';
import { catalogueOf } from '../counters/catalogue';
import { sampleQuerySchema } from '../counters/query';
import { readSamples } from '../counters/read-samples';
import { commandSchema } from '../state/commands';
import { migrationOf, Refusal, vmOf } from '../state/refuse';
import { inventoryView, migrationView, vmView, type Ports } from '../views';

/** A request, its path already split and decoded. */
export interface Request {
  readonly method: string;
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  /** Parsed JSON; undefined without a body. */
  readonly body: unknown;
  /** Aborts when the one who asked is gone. */
  readonly signal: AbortSignal;
}

/** An answer; null: break the connection. */
export type Answer = { readonly status: number; readonly body: unknown } | null;

const LONGEST_WAIT_MS = 30_000;
const STATUS: Partial<Record<WireError['code'], number>> = {
  'not-found': 404,
  rejected: 409,
  busy: 409,
  protocol: 400,
};

/** Answers one request: `GET inventory | clock | counters | vms/VM | migrations | migrations/ID?waitMs=N`, `POST commands | samples`. Never throws a Refusal. */
export async function answer(dataCentre: DataCentre, ports: Ports, request: Request): Promise<Answer> {
  try {
    return await route(dataCentre, ports, request);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code, message, retryable, hint } = error;
    return { status: STATUS[code] ?? 422, body: { code, message, retryable, hint } satisfies WireError };
  }
}

async function route(dataCentre: DataCentre, ports: Ports, request: Request): Promise<Answer> {
  const { method, path, body, query, signal } = request;
  const [what = '', name, ...rest] = path;
  if (method === 'POST' && what === 'commands' && name === undefined) return command(dataCentre, body);
  if (method === 'POST' && what === 'samples' && name === undefined) return samples(dataCentre, body);
  if (method === 'GET' && rest.length === 0) {
    const state = dataCentre.look();
    if (what === 'inventory' && name === undefined) return ok(inventoryView(dataCentre, ports));
    if (what === 'clock' && name === undefined) return ok({ nowMs: dataCentre.nowMs() });
    if (what === 'counters' && name === undefined) return ok(catalogueOf(state));
    if (what === 'vms' && name !== undefined) return ok(vmView(vmOf(state, name), ports));
    if (what === 'migrations' && name === undefined)
      return ok([...state.running].map((migration) => migrationView(dataCentre, migration)));
    if (what === 'migrations' && name !== undefined) {
      await ended(dataCentre, name, Math.min(LONGEST_WAIT_MS, Number(query.get('waitMs') ?? 0)), signal);
      return ok(migrationView(dataCentre, migrationOf(dataCentre.look(), name)));
    }
  }
  throw new Refusal(
    'not-found',
    `There is nothing at ${method} /${path.join('/')}.`,
    'See docs of the simulated site.',
  );
}

function command(dataCentre: DataCentre, body: unknown): Answer {
  const parsed = commandSchema.safeParse(body);
  if (!parsed.success) throw new Refusal('protocol', `Not a command: ${parsed.error.message}`, 'Correct the request.');
  const { loseReply } = dataCentre.execute(parsed.data);
  if (loseReply) return null;
  const migration = 'id' in parsed.data ? dataCentre.look().migrations.get(parsed.data.id) : undefined;
  return ok(migration === undefined ? {} : migrationView(dataCentre, migration));
}

function samples(dataCentre: DataCentre, body: unknown): Answer {
  const parsed = sampleQuerySchema.safeParse(body);
  if (!parsed.success)
    throw new Refusal('protocol', `Not a query of samples: ${parsed.error.message}`, 'Correct the request.');
  const state = dataCentre.look();
  return ok(readSamples(state, dataCentre.nowMs(), parsed.data));
}

function ok(body: unknown): Answer {
  return { status: 200, body };
}

/** Waits until a migration has ended, `waitMs` at most. */
async function ended(dataCentre: DataCentre, id: string, waitMs: number, signal: AbortSignal): Promise<void> {
  const over = (): boolean => dataCentre.look().migrations.get(id)?.end !== null;
  if (!(waitMs > 0) || over()) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      stop();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, waitMs);
    const stop = dataCentre.onChange(() => {
      if (dataCentre.look().migrations.get(id)?.end !== null) done();
    });
    signal.addEventListener('abort', done);
  });
}
