import { Command, InvalidArgumentError, Option } from 'commander';
import { labDown } from '../../lab/kvm/down';
import { listLabs, listOtherLabs, SUITES, type Suite } from '../../lab/kvm/lab-paths';
import { LabError } from '../../lab/kvm/run-lab-script';
import { labStatus } from '../../lab/kvm/status';
import { labUp, type LabUpOptions } from '../../lab/kvm/up';
import { simulatedDown } from '../../lab/simulated/down';
import { simulatedStatus } from '../../lab/simulated/status';
import { simulatedUp } from '../../lab/simulated/up';
import { CommandError, EXIT } from '../exit';

const DEFAULT_NAME = 'lab';
const MOST_HOSTS = 32;
const MOST_VMS = 200;
const LEAST_MEMORY_MIB = 128;
const MOST_MEMORY_MIB = 16_384;

/** `drover lab up | status | down`: embedded sites on this machine. */
export function labCommand(): Command {
  const lab = new Command('lab').description('an embedded site on this machine: real libvirt hosts, or simulated ones');
  // Commander hands neither of the program's settings down to commands that are added ready-made.
  for (const command of [upCommand(), statusCommand(), downCommand()])
    lab.addCommand(command.exitOverride().showHelpAfterError('(drover lab COMMAND --help lists the options)'));
  return lab;
}

interface UpOptions {
  readonly kind: 'kvm' | 'simulated';
  readonly hosts: number;
  readonly vms: number;
  readonly name: string;
  readonly memory?: number;
  readonly suite?: Suite;
  readonly kvm?: boolean;
}

type Size = Pick<LabUpOptions, 'name' | 'hosts' | 'vms' | 'memoryMib'>;

function upCommand(): Command {
  return new Command('up')
    .description('bring a lab up; campaigns then name it as their site')
    .addOption(
      new Option('--kind <kind>', 'libvirt hosts or a simulation').choices(['kvm', 'simulated']).default('kvm'),
    )
    .option('--hosts <n>', `number of hosts, 2 to ${String(MOST_HOSTS)}`, wholeNumber(2, MOST_HOSTS), 3)
    .option('--vms <n>', `number of VMs, 1 to ${String(MOST_VMS)}`, wholeNumber(1, MOST_VMS), 4)
    .option('--name <name>', 'its name, and that of its site', labName, DEFAULT_NAME)
    .option('--memory <MiB>', 'memory of a VM (256)', wholeNumber(LEAST_MEMORY_MIB, MOST_MEMORY_MIB))
    .addOption(new Option('--suite <suite>', 'Debian release that the hosts run from (kvm: bookworm)').choices(SUITES))
    .option('--kvm', 'hardware virtualisation instead of emulation (kvm)')
    .action(async (options: UpOptions) => {
      const { kind, name, hosts, vms, memory } = options;
      const only = ['suite', 'kvm'] as const;
      const foreign = only.filter((option) => kind === 'simulated' && options[option] !== undefined);
      if (foreign.length > 0)
        throw new CommandError(
          `${foreign.map((option) => `--${option}`).join(', ')}: only for --kind kvm`,
          EXIT.badInput,
        );
      const other = kind === 'kvm' ? listOtherLabs() : listLabs();
      if (other.includes(name))
        throw new CommandError(`there is a lab ${name} of another kind: choose another --name`, EXIT.badInput);
      const size = { name, hosts, vms, ...(memory === undefined ? {} : { memoryMib: memory }) };
      await (kind === 'kvm' ? kvmUp(size, options) : simulatedUp({ ...size, log }));
      console.log(`"drover lab down --name ${name}" ends it`);
    });
}

async function kvmUp(size: Size, { suite, kvm }: UpOptions): Promise<void> {
  const interrupt = new AbortController();
  const onSignal = (): void => {
    if (!interrupt.signal.aborted) console.log('Taking down what is there ...');
    interrupt.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);
  try {
    await labUp({
      ...size,
      ...(suite === undefined ? {} : { suite }),
      ...(kvm === undefined ? {} : { kvm }),
      signal: interrupt.signal,
      log,
    });
  } catch (error) {
    if (interrupt.signal.aborted)
      throw new CommandError(`interrupted; nothing of lab ${size.name} is left`, EXIT.interrupted, { cause: error });
    throwAsFailure(error);
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, onSignal);
  }
}

function statusCommand(): Command {
  return new Command('status')
    .description('what runs where')
    .option('--name <name>', 'only this lab', labName)
    .action(async ({ name }: { name?: string }) => {
      const simulated = listOtherLabs();
      const names = name === undefined ? [...listLabs(), ...simulated] : [name];
      if (names.length === 0) console.log('there is no lab');
      for (const each of names) {
        if (name === undefined) console.log(`${each}:`);
        console.log(
          simulated.includes(each) ? await simulatedStatus(each) : await labStatus(each).catch(throwAsFailure),
        );
      }
    });
}

function downCommand(): Command {
  return new Command('down')
    .description('end a lab, whatever state it is in; shared packages and images stay')
    .option('--name <name>', 'which lab, if there are several', labName)
    .action(async ({ name }: { name?: string }) => {
      const simulated = listOtherLabs();
      const chosen = name ?? onlyOne([...listLabs(), ...simulated]);
      if (simulated.includes(chosen)) await simulatedDown(chosen);
      else await labDown(chosen).catch(throwAsFailure);
      console.log(`lab ${chosen} is down`);
    });
}

function onlyOne(names: readonly string[]): string {
  const [first = DEFAULT_NAME, ...others] = names;
  if (others.length === 0) return first;
  throw new CommandError(`there are several labs: choose one by --name (${names.join(', ')})`, EXIT.badInput);
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`A whole number from ${String(least)} to ${String(most)} is needed.`);
  };
}

// The name is that of a folder and of a site, and goes into the names of task queues.
function labName(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/.test(text)) return text;
  throw new InvalidArgumentError(
    'A name has at most 40 letters, digits, dots, dashes or underscores and starts with a letter or digit.',
  );
}

function throwAsFailure(error: unknown): never {
  throw error instanceof LabError ? new CommandError(error.message, EXIT.failed, { cause: error }) : error;
}

function log(line: string): void {
  console.log(line);
}
