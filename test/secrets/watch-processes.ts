import { readdirSync, readFileSync } from 'node:fs';
import { needlesIn, type Needle } from './needles';

const LOOK_EVERY_MS = 500;

/** Which secrets a process may have in its environment: those that it was given there. */
export type Allowed = (pid: number, needle: string) => boolean;

/** Looks at the command line and environment of every process of this machine, hosts of labs included, until it is stopped. */
export class ProcessWatch {
  readonly found = new Set<string>();
  looks = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly needles: readonly Needle[],
    private readonly allowed: Allowed,
  ) {
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    this.looks += 1;
    for (const entry of readdirSync('/proc')) {
      if (!/^\d+$/.test(entry)) continue;
      for (const part of ['cmdline', 'environ'] as const) {
        const found = needlesIn(read(`/proc/${entry}/${part}`), this.needles);
        for (const name of found)
          if (part === 'cmdline' || !this.allowed(Number(entry), name))
            this.found.add(`${part} of ${read(`/proc/${entry}/comm`).toString().trim()}: ${name}`);
      }
    }
  }
}

/** What a file of /proc holds; nothing if its process has ended. */
function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    return Buffer.alloc(0);
  }
}
