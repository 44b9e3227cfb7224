import { createHash, randomUUID } from 'node:crypto';
import type { Client } from 'ssh2';
import { quote } from './quote';
import { RemoteError } from './remote-error';
import { runCommand } from './run-command';
import { openConnection, where } from './ssh-connection';
import type { ConnectionLimits } from './ssh-connection';
import type { ExecOptions, ExecResult, RemoteShell, SshTarget } from './types';

/** Settings of a shell; the defaults suit a local network. */
export type SshShellOptions = Partial<ConnectionLimits>;

interface Link {
  readonly client: Promise<Client>;
  commands: number;
  broken: boolean;
}

const DEFAULTS: ConnectionLimits = { connectTimeoutMs: 10_000, keepAliveMs: 5_000, keepAliveMisses: 3 };
/** OpenSSH's MaxSessions is 10 a connection by default; a further connection is opened before that. */
const COMMANDS_PER_CONNECTION = 8;
const COPY_TIMEOUT_MS = 120_000;

/** Runs commands over SSH on shared connections, one a target (more only while more than eight commands run on it). */
export function createSshShell(options: SshShellOptions = {}): RemoteShell {
  const limits = { ...DEFAULTS, ...options };
  const pool = new Map<string, Link[]>();
  let closed = false;

  const acquire = (target: SshTarget): Link => {
    if (closed)
      throw new RemoteError('closed', `The SSH connections are closed; nothing more runs on ${where(target)}.`);
    const key = identity(target);
    const links = (pool.get(key) ?? []).filter((link) => !link.broken);
    let link = links.find((candidate) => candidate.commands < COMMANDS_PER_CONNECTION);
    if (link === undefined) {
      link = openLink(target, limits);
      links.push(link);
    }
    pool.set(key, links);
    link.commands += 1;
    return link;
  };

  const exec = async (target: SshTarget, command: string, execOptions: ExecOptions = {}): Promise<ExecResult> => {
    const deadline = createDeadline(target, execOptions);
    try {
      const link = acquire(target);
      try {
        const client = await deadline.race(link.client);
        return await runCommand(client, target, command, execOptions, deadline.signal);
      } finally {
        link.commands -= 1;
      }
    } finally {
      deadline.clear();
    }
  };

  return {
    exec,
    copy: async (target, content, path, mode) => {
      const { code, stderr } = await exec(target, copyCommand(path, content.length, mode), {
        stdin: content,
        timeoutMs: COPY_TIMEOUT_MS,
      });
      if (code !== 0) {
        throw new RemoteError(
          'closed',
          `${path} could not be written on ${where(target)}: ${stderr.trim() || 'the content did not arrive whole'}.`,
        );
      }
    },
    close: async () => {
      closed = true;
      const links = [...pool.values()].flat();
      pool.clear();
      await Promise.all(links.map(closeLink));
    },
  };
}

function identity(target: SshTarget): string {
  const secret = createHash('sha256').update(target.privateKey).update('\0').update(target.knownHosts).digest('hex');
  return `${where(target)} ${secret}`;
}

function openLink(target: SshTarget, limits: ConnectionLimits): Link {
  const link: Link = { client: openConnection(target, limits), commands: 0, broken: false };
  const markBroken = (): void => {
    link.broken = true;
  };
  link.client.then(
    (client) => client.once('close', markBroken).once('end', markBroken).once('error', markBroken),
    markBroken,
  );
  return link;
}

async function closeLink(link: Link): Promise<void> {
  const client = await link.client.catch(() => undefined);
  if (client === undefined || link.broken) return;
  await new Promise<void>((resolve) => {
    client.once('close', () => {
      resolve();
    });
    client.end();
  });
}

interface Deadline {
  readonly signal: AbortSignal;
  race<T>(work: Promise<T>): Promise<T>;
  clear(): void;
}

// One signal for both reasons to stop early, so that every step of a command honours both.
function createDeadline(target: SshTarget, { timeoutMs, signal }: ExecOptions): Deadline {
  const controller = new AbortController();
  const stop = (): void => {
    controller.abort(
      new RemoteError('aborted', `A command on ${where(target)} was abandoned.`, { cause: signal?.reason }),
    );
  };
  const timer =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          controller.abort(
            new RemoteError('timeout', `A command on ${where(target)} did not end within ${String(timeoutMs)} ms.`),
          );
        }, timeoutMs);
  if (signal?.aborted === true) stop();
  signal?.addEventListener('abort', stop);
  return {
    signal: controller.signal,
    race: async (work) =>
      new Promise((resolve, reject) => {
        const give = (): void => {
          reject(controller.signal.reason as Error);
        };
        if (controller.signal.aborted) give();
        controller.signal.addEventListener('abort', give, { once: true });
        work.then(resolve, reject);
      }),
    clear: () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    },
  };
}

// The size is checked because a connection that breaks looks to `cat` like the end of the content.
function copyCommand(path: string, bytes: number, mode: number): string {
  const to = quote([path]);
  const temporary = quote([`${path}.${randomUUID()}.part`]);
  return (
    `umask 077; { cat > ${temporary} && [ "$(wc -c < ${temporary})" -eq ${String(bytes)} ] && chmod ${mode.toString(8)} ${temporary} && ` +
    `mv -f ${temporary} ${to}; } || { rm -f ${temporary}; exit 1; }`
  );
}
