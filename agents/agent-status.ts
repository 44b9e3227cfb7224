/** What an agent last said about itself: its `status` file, and whether it runs. */
export interface AgentStatus {
  readonly running: boolean;
  /** echo, dirty, probe; null: it never ran there. */
  readonly agent: string | null;
  /** `running`, or why it ended: stopped, lease ended, signalled, no desired state, port not available. */
  readonly state: string | null;
  readonly revision: number;
  readonly renewal: number;
  readonly leaseLeftS: number;
  /** Its CLOCK_MONOTONIC and CLOCK_REALTIME when it wrote, milliseconds. */
  readonly monotonicMs: number;
  readonly realMs: number;
  /** Everything it said, by the names of the status file. */
  readonly fields: Readonly<Record<string, string>>;
}

/** Reads what `drover-agent start|renew|status|stop` prints for one agent. */
export function parseAgentStatus(text: string): AgentStatus {
  const fields: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const at = line.indexOf('=');
    if (at > 0) fields[line.slice(0, at)] = line.slice(at + 1);
  }
  const number = (key: string): number => (/^-?\d{1,19}$/.test(fields[key] ?? '') ? Number(fields[key]) : 0);
  return {
    running: fields['running'] === '1',
    agent: fields['agent'] ?? null,
    state: fields['state'] ?? null,
    revision: number('revision'),
    renewal: number('renewal'),
    leaseLeftS: number('lease_left_s'),
    monotonicMs: number('mono_ns') / 1e6,
    realMs: number('real_ns') / 1e6,
    fields,
  };
}
