import { spawn } from 'node:child_process';
import { Command } from 'commander';
import { EXIT } from '../exit';
import { droverHome } from '../home';
import { packagePath } from '../package-path';
import { readSpecFile } from '../read-spec';
import { requireSite } from '../require-site';

interface CheckOptions {
  readonly site?: string;
  readonly siteFile?: string;
}

/** `drover check FILE`: validates a spec and looks at its site as a campaign's preflight would, without Temporal. */
export function checkCommand(): Command {
  return new Command('check')
    .description('is the spec right, and is its site ready for it? Looks at hosts, VMs, room and SSH; changes nothing')
    .argument('<file>', 'spec (YAML, JSON) or script')
    .option('--site <name>', 'site of a script, which cannot name one itself')
    .option('--site-file <file>', 'site file (else $DROVER_SITES, else ./sites.yaml)')
    .action(async (file: string, { site, siteFile }: CheckOptions) => {
      const { raw, spec } = await readSpecFile(file, site);
      const home = droverHome();
      await requireSite(home, spec.site, siteFile);
      const env = {
        ...process.env,
        DROVER_HOME: home,
        ...(siteFile === undefined ? {} : { DROVER_SITES: siteFile }),
      };
      process.exitCode = await runCheck(JSON.stringify(raw), env);
    });
}

async function runCheck(spec: string, env: NodeJS.ProcessEnv): Promise<number> {
  const program = packagePath('dist', 'worker', 'check.js');
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'inherit', 'inherit'], env });
  // If the program dies at once, its exit code says more than the broken pipe.
  child.stdin.on('error', () => undefined);
  child.stdin.end(spec);
  // The terminal sends Ctrl-C to both.
  const stay = (): void => undefined;
  process.on('SIGINT', stay);
  try {
    return await new Promise<number>((resolve) => {
      child.once('exit', (code, signal) => resolve(signal === 'SIGINT' ? EXIT.interrupted : (code ?? EXIT.failed)));
    });
  } finally {
    process.off('SIGINT', stay);
  }
}
