import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { droverHome } from '../../client/home';
import { packagePath } from '../../client/package-path';

/** What a command printed and how it ended. */
export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The built `drover` command line in a folder and a home of its own. */
export class CommandLine {
  readonly directory = mkdtempSync(join(tmpdir(), 'drover-commands-'));
  private readonly home = join(this.directory, 'home');

  constructor() {
    mkdirSync(this.home, { mode: 0o700 });
    for (const part of ['tools/tools.json', 'agents']) {
      const from = join(droverHome(), part);
      if (existsSync(from)) cpSync(from, join(this.home, part), { recursive: true });
    }
  }

  /** Writes a file into the folder. @returns its name */
  file(name: string, text: string): string {
    writeFileSync(join(this.directory, name), text);
    return name;
  }

  start(...args: string[]): ChildProcess {
    const main = packagePath('dist', 'client', 'main.js');
    if (!existsSync(main)) throw new Error(`${main} is missing: run "npm run build"`);
    const { TEMPORAL_ADDRESS: _address, DROVER_SITES: _sites, DROVER_RESULTS: _results, ...inherited } = process.env;
    const env = { ...inherited, DROVER_HOME: this.home };
    return spawn(process.execPath, [main, ...args], { cwd: this.directory, env, stdio: ['ignore', 'pipe', 'pipe'] });
  }

  async run(...args: string[]): Promise<Ran> {
    return ending(this.start(...args));
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Waits for the end of a command. */
export async function ending(child: ChildProcess): Promise<Ran> {
  let out = '';
  let err = '';
  child.stdout?.on('data', (text: Buffer) => (out += text.toString()));
  child.stderr?.on('data', (text: Buffer) => (err += text.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, out, err };
}
