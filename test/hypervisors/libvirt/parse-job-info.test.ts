import fc from 'fast-check';
import { parseJobInfo } from '../../../hypervisors/libvirt/parse-job-info';
import { COMPLETED_JOB, LIVE_JOB } from './recorded-jobs';

const MIB = 2 ** 20;

test('reads a completed job', () => {
  expect(parseJobInfo(COMPLETED_JOB)).toEqual({
    type: 'completed',
    operation: 'incoming',
    totalMs: 6_233,
    downtimeMs: 150,
    downtimeWithoutNetworkMs: 148,
    processedBytes: Math.round(74.918 * MIB),
    remainingBytes: 0,
    iterations: 3,
    dirtyBytesPerS: 0,
  });
});

test('reads a running job; the downtime that is only expected is no downtime', () => {
  expect(parseJobInfo(LIVE_JOB)).toEqual({
    type: 'running',
    operation: 'outgoing',
    totalMs: 6_771,
    processedBytes: Math.round(129.422 * MIB),
    remainingBytes: Math.round(52.879 * MIB),
    iterations: 2,
    dirtyBytesPerS: 3_880 * 4_096,
  });
});

test.each<[string, string, ReturnType<typeof parseJobInfo>]>([
  ['no job', 'Job type:         None        \n\n', { type: 'none', operation: 'other' }],
  ['nothing at all', '', null],
  ['an error', 'error: failed to get domain', null],
  ['a failed job', 'Job type: Failed\nOperation: Outgoing migration\n', { type: 'failed', operation: 'outgoing' }],
  ['a cancelled job', 'Job type: Cancelled\nOperation: Save\n', { type: 'cancelled', operation: 'other' }],
  [
    'a figure in an unknown unit',
    'Job type: Bounded\nData processed: 3 XiB\n',
    { type: 'running', operation: 'other' },
  ],
])('reads %s', (_what, text, expected) => {
  expect(parseJobInfo(text)).toEqual(expected);
});

test.each([
  ['1.500 KiB', 1_536],
  ['2.000 GiB', 2 * 2 ** 30],
  ['1.000 TiB', 2 ** 40],
  ['512.000 B', 512],
  ['1.000 PiB', 2 ** 50],
  ['1.000 EiB', 2 ** 60],
])('reads %s', (text, bytes) => {
  expect(parseJobInfo(`Job type: Bounded\nData processed: ${text}`)?.processedBytes).toBe(bytes);
});

test('never throws, and never makes a figure up', () => {
  const line = fc.oneof(fc.constantFrom(...COMPLETED_JOB.split('\n'), ...LIVE_JOB.split('\n')), fc.string());
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const info = parseJobInfo(lines.join('\n'));
      for (const value of Object.values(info ?? {})) {
        expect(['string', 'number']).toContain(typeof value);
        expect(value).not.toBeNaN();
      }
    }),
  );
});

test.each(['constructor', 'toString', '__proto__'])('a job of the type %s is none', (type) => {
  expect(parseJobInfo(`Job type: ${type}\n`)).toEqual({ type: 'none', operation: 'other' });
});

test('a figure with more digits than a number has is none', () => {
  const digits = '9'.repeat(400);
  expect(parseJobInfo(`Job type: Completed\nTime elapsed: ${digits} ms\nData processed: ${digits} MiB\n`)).toEqual({
    type: 'completed',
    operation: 'other',
  });
});
