import fc from 'fast-check';
import { parseAgentStatus } from '../../agents/agent-status';

test('reads what the program prints', () => {
  const text =
    'running=1\nagent=dirty\nstate=running\nrevision=7\nrenewal=9\nlease_left_s=60\nmono_ns=2500000\nproblem=a=b\n';
  expect(parseAgentStatus(text)).toMatchObject({
    running: true,
    agent: 'dirty',
    state: 'running',
    revision: 7,
    renewal: 9,
    leaseLeftS: 60,
    monotonicMs: 2.5,
    fields: { problem: 'a=b' },
  });
});

test('an agent that never ran has no status; no text makes it throw', () => {
  expect(parseAgentStatus('running=0\n\n')).toMatchObject({ running: false, agent: null, state: null });
  fc.assert(fc.property(fc.string(), (text) => typeof parseAgentStatus(text).running === 'boolean'));
});
