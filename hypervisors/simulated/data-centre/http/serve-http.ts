import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataCentre } from '../data-centre';
import { Refusal } from '../state/refuse';
import type { Ports } from '../views';
import { answer, type Request } from './routes';

const LONGEST_BODY = 2 ** 20;

/** Serves the data centre on 127.0.0.1; port 0 takes any. Resolves when it listens. */
export function serveHttp(dataCentre: DataCentre, ports: Ports, port: number): Promise<Server> {
  const server = createServer((incoming, outgoing) => {
    handle(dataCentre, ports, incoming, outgoing).catch((error: unknown) => {
      const hint = 'This is a fault in the simulated data centre; its log says more.';
      const message = error instanceof Error ? error.message : String(error);
      console.error(error);
      send(outgoing, 500, { code: 'protocol', message, retryable: false, hint });
    });
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

async function handle(
  dataCentre: DataCentre,
  ports: Ports,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  outgoing.once('close', () => gone.abort());
  const request = await readRequest(incoming, gone.signal);
  if (request instanceof Refusal) {
    const { code, message, retryable, hint } = request;
    send(outgoing, 400, { code, message, retryable, hint });
    return;
  }
  const answered = await answer(dataCentre, ports, request);
  const { answerDelayMs } = dataCentre.look();
  if (answerDelayMs > 0) await sleep(answerDelayMs);
  if (answered === null) incoming.socket.destroy();
  else send(outgoing, answered.status, answered.body);
}

async function readRequest(incoming: IncomingMessage, signal: AbortSignal): Promise<Request | Refusal> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LONGEST_BODY) return new Refusal('protocol', 'The request is too long.', 'Send at most 1 MiB.');
    chunks.push(chunk);
  }
  try {
    const { pathname, searchParams: query } = new URL(incoming.url ?? '/', 'http://127.0.0.1');
    const path = pathname.split('/').filter(Boolean).map(decodeURIComponent);
    const text = Buffer.concat(chunks).toString('utf8');
    const body = text === '' ? undefined : (JSON.parse(text) as unknown);
    return { method: incoming.method ?? 'GET', path, query, body, signal };
  } catch (error) {
    return new Refusal('protocol', `The request is not understood: ${String(error)}`, 'Send JSON to a proper path.');
  }
}

function send(outgoing: ServerResponse, status: number, body: unknown): void {
  if (outgoing.headersSent || outgoing.destroyed) return;
  outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
