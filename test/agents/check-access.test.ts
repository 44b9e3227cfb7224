import { checkAccess } from '../../agents/check-access';
import { RemoteError } from '../../remote/remote-error';
import type { ExecResult, RemoteShell, SshTarget } from '../../remote/types';

const target = (host: string): SshTarget => ({ host, port: 22, user: 'root', privateKey: 'key', knownHosts: 'known' });
const ok: ExecResult = { code: 0, signal: null, stdout: '', stderr: '' };

const ANSWERS: Readonly<Record<string, ExecResult | RemoteError>> = {
  good: ok,
  away: new RemoteError('unreachable', 'No SSH connection to away.'),
  slow: new RemoteError('timeout', 'No SSH connection to slow within the time limit.'),
  other: new RemoteError('host-key', 'The host key of other has changed.'),
  closed: new RemoteError('authentication', 'closed refused the SSH key.'),
  shellless: { ...ok, code: 1, stderr: 'This account is not available.\n' },
};

const shell = {
  exec: async ({ host }: SshTarget) => {
    const answer = ANSWERS[host];
    if (answer === undefined || answer instanceof RemoteError) throw answer ?? new Error('not known');
    return Promise.resolve(answer);
  },
} as unknown as RemoteShell;

test('names every machine that lets nobody in, and tells those that do not answer from those that refuse', async () => {
  const machines = Object.keys(ANSWERS).map((name) => ({ kind: 'vm', name, target: target(name) }) as const);
  expect(await checkAccess(shell, machines)).toEqual([
    { message: 'VM away: No SSH connection to away.', unreachable: true },
    { message: 'VM slow: No SSH connection to slow within the time limit.', unreachable: true },
    { message: 'VM other: The host key of other has changed.', unreachable: false },
    { message: 'VM closed: closed refused the SSH key.', unreachable: false },
    {
      message:
        'VM shellless: no command can be run as root@shellless (This account is not available.); give that user a shell',
      unreachable: false,
    },
  ]);
});
