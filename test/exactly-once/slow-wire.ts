import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Which half of the next request to migrate a VM is kept back. */
export type Half = 'request' | 'reply';

/** A request that hangs between worker and data centre. */
export interface Hanging {
  /** It has come that far. */
  readonly hangs: () => boolean;
  /** Lets it go on, whoever still waits for it. */
  readonly letGo: () => void;
  /** What the data centre answered; null before it did. */
  readonly status: () => number | null;
}

/** The way between workers and a simulated data centre, on which a request may hang for as long as a test wants. */
export interface SlowWire {
  readonly url: string;
  hold(vm: string, half: Half): Hanging;
  /** True once somebody has looked for a migration whose id contains this: its attempt has begun. */
  saw(idPart: string): boolean;
  close(): Promise<void>;
}

interface Hold {
  readonly half: Half;
  readonly gate: Promise<void>;
  hangs: boolean;
  status: number | null;
}

/** Opens a wire to the data centre at `target`. */
export async function openSlowWire(target: string): Promise<SlowWire> {
  const holds = new Map<string, Hold>();
  const looked: string[] = [];
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const path = incoming.url ?? '/';
      if (path.startsWith('/migrations/')) looked.push(path);
      const body = await readAll(incoming);
      const hold = take(holds, body);
      if (hold?.half === 'request') await waitAt(hold);
      const init = body === '' ? {} : { body, headers: { 'content-type': 'application/json' } };
      const answer = await fetch(new URL(path, target), { method: incoming.method ?? 'GET', ...init });
      const text = await answer.text();
      if (hold !== undefined) hold.status = answer.status;
      if (hold?.half === 'reply') await waitAt(hold);
      outgoing.writeHead(answer.status, { 'content-type': 'application/json' }).end(text);
      // A reply that the data centre itself withholds is lost here too.
    })().catch(() => incoming.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    hold: (vm, half) => {
      let letGo: () => void = () => undefined;
      const gate = new Promise<void>((resolve) => (letGo = resolve));
      const hold: Hold = { half, gate, hangs: false, status: null };
      holds.set(vm, hold);
      return { hangs: () => hold.hangs, letGo, status: () => hold.status };
    },
    saw: (idPart) => looked.some((path) => path.includes(idPart)),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function waitAt(hold: Hold): Promise<void> {
  hold.hangs = true;
  await hold.gate;
}

/** The hold on the next request to start a migration of this VM; it counts once. */
function take(holds: Map<string, Hold>, body: string): Hold | undefined {
  const command = body === '' ? {} : (JSON.parse(body) as { do?: string; vm?: string });
  if (command.do !== 'start' || command.vm === undefined) return undefined;
  const hold = holds.get(command.vm);
  holds.delete(command.vm);
  return hold;
}

async function readAll(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
