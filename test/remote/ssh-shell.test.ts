import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RemoteError } from '../../remote/remote-error';
import { createSshShell } from '../../remote/ssh-shell';
import type { RemoteShell } from '../../remote/types';
import { makeKeyPair, startTestServer } from './ssh-server';
import type { TestServer } from './ssh-server';

const hostKey = makeKeyPair();
const userKey = makeKeyPair();
let server: TestServer;
let shell: RemoteShell;

beforeEach(async () => {
  server = await startTestServer(hostKey, userKey);
  shell = createSshShell({ connectTimeoutMs: 2_000, keepAliveMs: 200, keepAliveMisses: 2 });
});

afterEach(async () => {
  await shell.close();
  await server.stop();
});

async function errorOf(promise: Promise<unknown>): Promise<RemoteError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof RemoteError)) throw new Error(`expected a RemoteError, got ${String(error)}`);
  return error;
}

describe('exec', () => {
  test('gives exit code, output and errors apart', async () => {
    const result = await shell.exec(server.target(), 'echo out; echo err >&2; exit 3');
    expect(result).toEqual({ code: 3, signal: null, stdout: 'out\n', stderr: 'err\n' });
  });

  test('hands stdin over and ends it', async () => {
    expect((await shell.exec(server.target(), 'cat', { stdin: 'größe\n' })).stdout).toBe('größe\n');
    expect((await shell.exec(server.target(), 'cat')).stdout).toBe('');
  });

  test('says when the request was accepted', async () => {
    const onStarted = jest.fn();
    await shell.exec(server.target(), 'true', { onStarted });
    expect(onStarted).toHaveBeenCalledTimes(1);
  });

  test('shares one connection', async () => {
    await Promise.all(Array.from({ length: 8 }, async () => shell.exec(server.target(), 'sleep 0.1')));
    expect(server.connections()).toBe(1);
  });

  test('opens another connection before the limit of sessions is reached', async () => {
    await Promise.all(Array.from({ length: 12 }, async () => shell.exec(server.target(), 'sleep 0.2')));
    expect(server.connections()).toBe(2);
  });

  test('a command that takes too long is a timeout', async () => {
    expect(await errorOf(shell.exec(server.target(), 'sleep 5', { timeoutMs: 100 }))).toMatchObject({
      code: 'timeout',
    });
  });

  test('a signal abandons a command at once', async () => {
    const abort = new AbortController();
    const running = errorOf(
      shell.exec(server.target(), 'sleep 5', { signal: abort.signal, onStarted: () => abort.abort() }),
    );
    expect(await running).toMatchObject({ code: 'aborted' });
    expect(await errorOf(shell.exec(server.target(), 'true', { signal: abort.signal }))).toMatchObject({
      code: 'aborted',
    });
  });

  test('a broken connection ends its commands, and the next command gets a new one', async () => {
    const running = errorOf(shell.exec(server.target(), 'sleep 5', { onStarted: () => server.cut() }));
    expect(await running).toMatchObject({ code: 'closed' });
    expect((await shell.exec(server.target(), 'echo again')).stdout).toBe('again\n');
  });

  test('nothing runs after close', async () => {
    await shell.close();
    expect(await errorOf(shell.exec(server.target(), 'true'))).toMatchObject({ code: 'closed' });
  });
});

describe('refusals', () => {
  test('an unknown host key ends the connection before any authentication', async () => {
    const error = await errorOf(shell.exec(server.target({ knownHosts: '' }), 'true'));
    expect(error).toMatchObject({ code: 'host-key' });
    expect(error.message).toContain(`127.0.0.1:${String(server.port)}`);
    expect(server.authentications()).toBe(0);
  });

  test('a changed host key too', async () => {
    const knownHosts = `[127.0.0.1]:${String(server.port)} ${makeKeyPair().public}`;
    const error = await errorOf(shell.exec(server.target({ knownHosts }), 'true'));
    expect(error.code).toBe('host-key');
    expect(error.message).toMatch(/has changed/);
    expect(server.authentications()).toBe(0);
  });

  test('a user key that is not let in', async () => {
    const error = await errorOf(shell.exec(server.target({ privateKey: makeKeyPair().private }), 'true'));
    expect(error).toMatchObject({ code: 'authentication' });
    expect(error.message).toContain('tester@127.0.0.1');
  });

  test('a private key that cannot be read, without its text in the message', async () => {
    const error = await errorOf(shell.exec(server.target({ privateKey: 'SECRET' }), 'true'));
    expect(error.code).toBe('authentication');
    expect(error.message).not.toContain('SECRET');
  });

  test('nobody listens', async () => {
    const { port } = server;
    await server.stop();
    expect(await errorOf(shell.exec(server.target({ port }), 'true'))).toMatchObject({ code: 'unreachable' });
    server = await startTestServer(hostKey, userKey);
  });

  test('a machine that never answers', async () => {
    const mute = createServer((socket) => socket.resume().on('error', () => undefined));
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const { port } = mute.address() as AddressInfo;
    const error = await errorOf(createSshShell({ connectTimeoutMs: 300 }).exec(server.target({ port }), 'true'));
    expect(error.code).toBe('timeout');
    await new Promise((resolve) => mute.close(resolve));
  });
});

describe('copy', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'drover-copy-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  test('writes content and mode under a name with anything in it', async () => {
    const path = join(directory, "it's $HOME");
    const content = Buffer.from([0, 1, 2, 255, 10]);
    await shell.copy(server.target(), content, path, 0o700);
    expect(readFileSync(path)).toEqual(content);
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(readdirSync(directory)).toEqual(["it's $HOME"]);
  });

  test('a megabyte arrives whole', async () => {
    const content = Buffer.alloc(1 << 20, 'x');
    await shell.copy(server.target(), content, join(directory, 'big'), 0o600);
    expect(readFileSync(join(directory, 'big')).equals(content)).toBe(true);
  });

  test('a place that cannot be written is named', async () => {
    const path = join(directory, 'missing', 'file');
    expect((await errorOf(shell.copy(server.target(), Buffer.from('x'), path, 0o600))).message).toContain(path);
  });
});
