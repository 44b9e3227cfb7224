import type { Client, ClientChannel } from 'ssh2';
import { RemoteError } from './remote-error';
import { where } from './ssh-connection';
import type { ExecOptions, ExecResult, SshTarget } from './types';

/**
 * Runs one command line on an open connection and waits for its end.
 * @throws RemoteError closed (the connection broke), aborted; a timeout is an abort with that RemoteError as the reason
 */
export async function runCommand(
  client: Client,
  target: SshTarget,
  command: string,
  options: ExecOptions,
  signal: AbortSignal,
): Promise<ExecResult> {
  return new Promise((resolve, reject) => {
    let channel: ClientChannel | undefined;
    let end: { code: number | null; signal: string | null } | undefined;
    const output: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };

    const settle = (act: () => void): void => {
      signal.removeEventListener('abort', onAbort);
      client.off('close', onClose);
      act();
    };
    const onAbort = (): void => {
      settle(() => {
        channel?.close();
        reject(signal.reason as Error);
      });
    };
    const onClose = (): void => {
      settle(() => {
        if (end !== undefined) resolve({ ...end, stdout: join(output.stdout), stderr: join(output.stderr) });
        else
          reject(
            new RemoteError(
              'closed',
              `The connection to ${where(target)} broke while a command ran; how it ended is not known.`,
            ),
          );
      });
    };
    if (signal.aborted) {
      reject(signal.reason as Error);
      return;
    }
    signal.addEventListener('abort', onAbort);
    client.once('close', onClose);
    client.exec(command, (error, opened) => {
      if (error !== undefined) {
        settle(() => {
          reject(
            new RemoteError('closed', `${where(target)} did not run a command: ${error.message}.`, { cause: error }),
          );
        });
        return;
      }
      channel = opened;
      opened.on('error', () => undefined);
      if (signal.aborted) {
        opened.close();
        return;
      }
      options.onStarted?.();
      opened.on('data', (chunk: Buffer) => {
        output.stdout.push(chunk);
        options.onOutput?.(chunk.toString('utf8'));
      });
      opened.stderr.on('data', (chunk: Buffer) => output.stderr.push(chunk));
      opened.on('exit', (code: number | null, name?: string) => {
        end = { code, signal: name ?? null };
      });
      opened.on('close', onClose);
      opened.end(options.stdin ?? '');
    });
  });
}

function join(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString('utf8');
}
