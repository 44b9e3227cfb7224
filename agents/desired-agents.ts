import { createHash } from 'node:crypto';
import type { AgentMachine, DirtyLoad } from './agent-machine';

/** An agent that is to run on a machine, with its settings as `KEY=VALUE` lines. */
export interface DesiredAgent {
  readonly name: 'echo' | 'dirty' | 'record';
  readonly settings: readonly string[];
}

/** What is to run on a machine: an echo, its load and its recorder if it has one. */
export function desiredAgents({
  port,
  ports,
  dirty,
  record,
}: Pick<AgentMachine, 'port' | 'ports' | 'dirty' | 'record'>): DesiredAgent[] {
  const agents: DesiredAgent[] = [{ name: 'echo', settings: [`port=${String(port)}`, `ports=${String(ports)}`] }];
  if (dirty !== null) agents.push(dirtyAgent(dirty));
  if (record !== null && record !== undefined) {
    const settings = [`period_ms=${String(record.everyMs)}`, `own_processes=${record.ownProcesses ? '1' : '0'}`];
    agents.push({ name: 'record', settings });
  }
  return agents;
}

function dirtyAgent({ workingSetMib, mibPerS, pattern }: DirtyLoad): DesiredAgent {
  const settings = [`working_set_mib=${String(workingSetMib)}`, `mib_per_s=${decimal(mibPerS)}`, `pattern=${pattern}`];
  return { name: 'dirty', settings };
}

/** The lines of a desired state; its revision depends on the settings alone, so that repeating it disturbs nothing. */
export function desiredLines(
  { settings }: DesiredAgent,
  { campaignId, leaseS }: { readonly campaignId: string; readonly leaseS: number },
  renewal: number,
): string[] {
  const digest = createHash('sha256').update(settings.join('\n')).digest();
  const revision = digest.readUIntBE(0, 6);
  return [
    `revision=${String(revision)}`,
    `renewal=${String(renewal)}`,
    `lease_s=${String(leaseS)}`,
    'clean=1',
    // For people, and for another campaign that finds the port taken.
    `campaign=${campaignId.replaceAll(/\s+/g, ' ')}`,
    ...settings,
  ];
}

// The agent reads at most 31 characters, and no exponent is needed for what a spec allows.
function decimal(value: number): string {
  return value.toFixed(6).replace(/\.?0+$/, '');
}
