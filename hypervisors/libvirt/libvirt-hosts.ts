import type { ExecOptions, ExecResult, RemoteShell, SshTarget } from '../../remote/types';
import { HypervisorError } from '../types';
import { parseClock, parseSections, scriptCommand } from './host-script';
import type { LibvirtConfig } from './libvirt-config';
import { asHypervisorError, scriptFailure } from './remote-failure';

/** Sections of a script's output, with the difference of the host's clock from ours. */
export interface HostAnswer {
  readonly sections: ReadonlyMap<string, string>;
  readonly stderr: string;
  /** Host's clock minus ours, milliseconds; from the section `clock`, 0 without one. */
  readonly clockOffsetMs: number;
}

/** The site's hosts, to run scripts on. Every call throws HypervisorError and nothing else. */
export interface LibvirtHosts {
  readonly names: readonly string[];
  /** Runs a script to its end. @throws HypervisorError also if the shell itself failed */
  ask(
    host: string,
    script: string,
    args: readonly string[],
    options: ExecOptions & { readonly timeoutMs: number },
  ): Promise<HostAnswer>;
  /** Runs a script whose result the caller reads itself; it may take as long as a migration. */
  run(host: string, script: string, args: readonly string[], options: ExecOptions): Promise<ExecResult>;
}

/** Reaches the hosts of a site by its SSH targets. */
export function createLibvirtHosts(config: LibvirtConfig, shell: RemoteShell): LibvirtHosts {
  const target = (host: string): SshTarget => {
    const found = Object.hasOwn(config.hosts, host) ? config.hosts[host] : undefined;
    if (found !== undefined) return found;
    const names = Object.keys(config.hosts).join(', ');
    throw new HypervisorError(
      'not-found',
      `There is no host ${host} in this site.`,
      false,
      `The site file lists: ${names}.`,
    );
  };
  const run: LibvirtHosts['run'] = async (host, script, args, options) => {
    try {
      return await shell.exec(target(host), scriptCommand(script, args), options);
    } catch (error) {
      throw asHypervisorError(host, error);
    }
  };
  return {
    names: Object.keys(config.hosts),
    run,
    ask: async (host, script, args, options) => {
      const clock = hearClock();
      const result = await run(host, script, args, { ...options, onOutput: clock.onOutput });
      const readAtMs = clock.readAtMs();
      if (result.code !== 0) throw scriptFailure(host, result);
      const sections = parseSections(result.stdout);
      const clockMs = parseClock(sections.get('clock'));
      return { sections, stderr: result.stderr, clockOffsetMs: clockMs === null ? 0 : clockMs - readAtMs };
    },
  };
}

const LONGEST_CLOCK = 100;

/**
 * Tells when a script that is sent now reads its host's clock: half-way between then and the arrival of the reading, which
 * comes first. What the script does afterwards may take seconds and must not count.
 */
function hearClock(): { readonly onOutput: (text: string) => void; readonly readAtMs: () => number } {
  const sentAt = performance.now();
  let heardAt: number | null = null;
  let heard = '';
  return {
    onOutput: (text) => {
      if (heardAt !== null || heard.length > LONGEST_CLOCK) return;
      heard += text;
      if (heard.split('\u001Eclock\n')[1]?.includes('\n') === true) heardAt = performance.now();
    },
    readAtMs: () => {
      const now = performance.now();
      return Date.now() - (now - (sentAt + (heardAt ?? now)) / 2);
    },
  };
}
