import fc from 'fast-check';
import {
  classifyVirshError,
  isInconclusive,
  virshError,
  virshMessage,
} from '../../../hypervisors/libvirt/virsh-errors';
import { HypervisorError } from '../../../hypervisors/types';

// Messages of libvirt 11.3, as the lab or libvirt's source has them.
test.each([
  ['error: operation aborted: migration out: canceled by client', 'cancelled', false],
  ["error: operation aborted: job 'migration out' canceled by client", 'cancelled', false],
  ["error: Requested operation is not valid: another migration job is already running for domain 'g1'", 'busy', true],
  ['error: Timed out during operation: cannot acquire state change lock (held by monitor=x)', 'busy', true],
  ['error: Requested operation is not valid: domain is not running', 'bad-state', false],
  ["error: failed to get domain 'nope'", 'not-found', false],
  ['error: internal error: Attempt to migrate guest to the same host 00112233', 'bad-state', false],
  ['error: Cannot recv data: Host key verification failed.: Connection reset by peer', 'host-key', false],
  [
    'error: Cannot recv data: root@h2: Permission denied (publickey).: Connection reset by peer',
    'authentication',
    false,
  ],
  ["error: unable to connect to server at 'h2:16509': Connection refused", 'unreachable', true],
  ['error: Cannot recv data: ssh: Could not resolve hostname nope: Name or service not known', 'unreachable', true],
  ['error: Disconnected from qemu:///system due to end of file', 'unreachable', true],
  [
    "error: internal error: unable to execute QEMU command 'cont': cannot set up guest memory 'pc.ram'",
    'no-room',
    false,
  ],
  ["error: argument unsupported: unknown compression method 'x'", 'unsupported', false],
  ['error: unsupported configuration: Unable to find security driver for model apparmor', 'incompatible', false],
  ['error: Timed out during operation: waiting', 'timeout', true],
  ['error: something nobody has seen', 'protocol', false],
  ['', 'timeout', true],
])('%s is %s', (output, code, retryable) => {
  expect(classifyVirshError(output)).toMatchObject({ code, retryable });
});

test.each([
  [124, '', 'timeout', true, 'libvirtd did not answer within 10 s'],
  [124, 'error: x', 'timeout', true, 'libvirtd did not answer within 10 s; x'],
  [null, ' \n', 'timeout', true, 'libvirtd did not answer within 10 s'],
  [1, '', 'timeout', true, 'virsh failed without a message (exit code 1)'],
  [137, '', 'unreachable', true, 'virsh was ended by signal 9'],
  [137, 'error: half a sen', 'unreachable', true, 'half a sen'],
  [127, 'sh: 1: virsh: not found', 'protocol', false, 'sh: 1: virsh: not found'],
])('exit code %p with "%s" is %s (retryable %s): %s', (exitCode, output, code, retryable, message) => {
  const error = virshError('h1', 'Asking', output, exitCode);
  expect(error).toMatchObject({ code, retryable, message: `Asking on h1: ${message}` });
});

test.each([
  [1, 'error: Disconnected from qemu:///system due to end of file', true],
  [1, 'error: client socket is closed', true],
  [0, 'error: Disconnected from qemu:///system due to end of file', false],
  [137, '', true],
  [143, 'error: anything', true],
  [1, 'error: operation aborted: migration out: canceled by client', false],
  [1, "error: failed to get domain 'g1'", false],
])('exit code %i with "%s": inconclusive %s', (exitCode, output, expected) => {
  expect(isInconclusive(exitCode, output)).toBe(expected);
});

test('the message is on one line, without prefixes', () => {
  expect(virshMessage('error: one\n\nerror: two\n')).toBe('one; two');
});

test('whatever virsh prints becomes an error with message and hint', () => {
  fc.assert(
    fc.property(fc.string(), (output) => {
      const error = virshError('h1', 'Asking', output);
      expect(error).toBeInstanceOf(HypervisorError);
      expect(error.message).toContain('h1');
      expect(error.message).not.toContain('\n');
      expect(error.hint).not.toBe('');
    }),
  );
});

test('a complaint without end is cut, and costs no more than its length', () => {
  const error = virshError('h1', 'Asking', 'operation aborted: migration out '.repeat(30_000));
  expect(error.message.length).toBeLessThan(2_100);
});
