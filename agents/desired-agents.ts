import { createHash } from 'node:crypto';
import type { AgentMachine } from './agent-machine';
import { LOADS, wantedLoads, type WantedLoad } from './guest-loads';

/** An agent that is to run on a machine, with its settings as `KEY=VALUE` lines. */
export type DesiredAgent = { readonly name: 'echo' | 'record'; readonly settings: readonly string[] } | WantedLoad;

/** What messages call each agent. */
export const SPOKEN: Readonly<Record<DesiredAgent['name'], string>> = {
  echo: 'echo',
  record: 'recorder',
  cpu: LOADS.cpu.spoken,
  lock: LOADS.lock.spoken,
  dirty: LOADS.dirty.spoken,
};

/** What is to run on a machine: an echo, its loads and its recorder if it has one. */
export function desiredAgents({
  port,
  ports,
  load,
  record,
}: Pick<AgentMachine, 'port' | 'ports' | 'load' | 'record'>): DesiredAgent[] {
  const echo = { name: 'echo', settings: [`port=${String(port)}`, `ports=${String(ports)}`] } as const;
  const agents: DesiredAgent[] = [echo, ...wantedLoads(load)];
  if (record !== null && record !== undefined) {
    const settings = [`period_ms=${String(record.everyMs)}`, `own_processes=${record.ownProcesses ? '1' : '0'}`];
    agents.push({ name: 'record', settings });
  }
  return agents;
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
