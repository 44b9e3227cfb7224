import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Where a lab and what it is made of are kept. */
export interface LabPaths {
  /** State of the lab; gone when it is down. */
  readonly directory: string;
  readonly description: string;
  /** Who brings it up, until it is up. */
  readonly starter: string;
  readonly siteFile: string;
  /** Unpacked packages and guest images, shared by all labs of a suite. */
  readonly root: string;
  readonly images: string;
}

/** A lab that was asked for, kept in the lab's own directory. */
export interface LabDescription {
  readonly name: string;
  readonly hosts: number;
  readonly vms: number;
  readonly memoryMib: number;
  readonly suite: Suite;
  readonly kvm: boolean;
  /** First two numbers of its network, e.g. `10.78`. */
  readonly network: string;
}

/** Debian releases whose packages a lab can run from; of the lab, not of the machine. */
export const SUITES = ['bookworm', 'trixie'] as const;
/** One of them. */
export type Suite = (typeof SUITES)[number];

const home = (): string => resolve(process.env['DROVER_HOME'] ?? '.drover');

/** Paths of a lab. */
export function labPaths(name: string, suite: Suite): LabPaths {
  const directory = join(home(), 'labs', name);
  const root = join(home(), 'root', suite);
  return {
    directory,
    description: join(directory, 'lab.json'),
    starter: join(directory, 'starter.json'),
    siteFile: join(directory, 'site.yaml'),
    root,
    images: `${root}-images`,
  };
}

/** The lab's description, or null if there is no KVM lab of this name. */
export function readLab(name: string): LabDescription | null {
  const { description } = labPaths(name, 'bookworm');
  return existsSync(description) ? (JSON.parse(readFileSync(description, 'utf8')) as LabDescription) : null;
}

/** Names of all KVM labs of this home: up, coming up or crashed. */
export function listLabs(): readonly string[] {
  return labFolders().filter(isKvm);
}

/** Names of this home's labs of any other kind. */
export function listOtherLabs(): readonly string[] {
  return labFolders().filter((name) => !isKvm(name));
}

function labFolders(): readonly string[] {
  const labs = join(home(), 'labs');
  return existsSync(labs) ? readdirSync(labs).sort() : [];
}

function isKvm(name: string): boolean {
  const { description, starter } = labPaths(name, 'bookworm');
  return existsSync(description) || existsSync(starter);
}
