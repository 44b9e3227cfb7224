import { RemoteError } from './remote-error';

/** One request to a JSON interface. */
export interface JsonRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Base address, e.g. `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Path with query; quote every variable part with encodeURIComponent. */
  readonly path: string;
  readonly body?: unknown;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** What came back: any status, and the parsed body. */
export interface JsonAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Refused or unknown addresses: the request cannot have arrived. */
const NEVER_ARRIVED = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];

/**
 * Sends one request and reads the whole answer.
 * @throws RemoteError unreachable (it never arrived), closed (whether it arrived is not known), timeout, aborted
 */
export async function requestJson({ method, url, path, body, timeoutMs, signal }: JsonRequest): Promise<JsonAnswer> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(new URL(path, url), {
      method,
      redirect: 'error',
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : (JSON.parse(text) as unknown) };
  } catch (error) {
    if (signal?.aborted === true) throw new RemoteError('aborted', `The caller gave up on ${url}.`, { cause: error });
    if (timeout.aborted)
      throw new RemoteError('timeout', `${url} did not answer within ${String(timeoutMs)} ms.`, { cause: error });
    const code = causeCode(error);
    const [kind, what] = NEVER_ARRIVED.includes(code)
      ? (['unreachable', 'cannot be reached'] as const)
      : (['closed', 'gave no whole answer'] as const);
    throw new RemoteError(kind, `${url} ${what}${code === '' ? '' : ` (${code})`}.`, { cause: error });
  }
}

function causeCode(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
}
