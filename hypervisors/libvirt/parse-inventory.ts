import { XMLParser } from 'fast-xml-parser';
import { HypervisorError, type Host, type Vm } from '../types';
import { CANNOT_MARK } from './markers-unwritable';
import { parseStates, type DomainState } from './parse-states';

/** One definition of a VM on one host, before those of all hosts are merged. */
export type Definition = Vm & DomainState;

/** An element of fast-xml-parser: its text, or an object where it has attributes or elements inside. */
type Element = string | undefined | { readonly [name: string]: Element | readonly Element[] };

const UNITS: Readonly<Record<string, number>> = {
  b: 1,
  bytes: 1,
  KB: 1e3,
  k: 1024,
  KiB: 1024,
  MiB: 2 ** 20,
  M: 2 ** 20,
  MB: 1e6,
  GiB: 2 ** 30,
  G: 2 ** 30,
  GB: 1e9,
  TiB: 2 ** 40,
  T: 2 ** 40,
  TB: 1e12,
};
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  textNodeName: 'value',
  alwaysCreateTextNode: false,
  parseTagValue: false,
  parseAttributeValue: false,
  isArray: (_name, path) =>
    path === 'all.domain' || path === 'capabilities.host.migration_features.uri_transports.uri_transport',
});

/** A host from the sections of the inventory script. @throws HypervisorError protocol if virsh's output is not understood */
export function parseHost(name: string, sections: ReadonlyMap<string, string>): Host {
  const capabilities = inside(
    parseXml(name, 'capabilities', sections.get('capabilities') ?? ''),
    'capabilities',
    'host',
  );
  const node = colonFields(sections.get('nodeinfo') ?? '');
  const memory = /^(\d{1,15}) KiB$/.exec(node.get('Memory size') ?? '');
  const cpus = /^[1-9]\d{0,5}$/.exec(node.get('CPU(s)') ?? '');
  if (memory === null || cpus === null)
    throw notUnderstood(name, 'nodeinfo', 'it tells no number of CPUs or no memory');
  const { libvirt, qemu } = parseVersions(sections.get('version') ?? '');
  const features = inside(capabilities, 'migration_features');
  const transports = listOf(inside(features, 'uri_transports'), 'uri_transport').map(textOf);
  const unwritable = (sections.get('unwritable') ?? '').trim() !== '';
  return {
    name,
    ...(unwritable ? { cannotSend: CANNOT_MARK } : {}),
    cpuModel: textOf(inside(capabilities, 'cpu', 'model')) ?? node.get('CPU model') ?? 'unknown',
    cpus: Number(cpus[0]),
    memoryBytes: Number(memory[1]) * 1024,
    nics: (sections.get('nics') ?? '').split('\n').filter((nic) => nic !== ''),
    versions: { ...(libvirt === undefined ? {} : { libvirt }), ...(qemu === undefined ? {} : { qemu }) },
    migrationSettings: {
      live: inside(features, 'live') === undefined ? 'no' : 'yes',
      transports: transports.filter((each) => each !== undefined).join(','),
    },
  };
}

/**
 * The definitions on one host; a domain without a state went away while the script ran and is left out.
 * @throws HypervisorError protocol if virsh's output is not understood
 */
export function parseDefinitions(
  host: string,
  sections: ReadonlyMap<string, string>,
  addresses: Readonly<Record<string, readonly string[]>>,
): readonly Definition[] {
  const states = parseStates(sections.get('states') ?? '');
  // Each domain's XML comes as one document; a declaration between them would not be well-formed.
  const documents = (sections.get('domains') ?? '').replaceAll(/<\?xml[^<>]*\?>/g, '');
  const all = inside(parseXml(host, 'dumpxml', `<all>${documents}</all>`), 'all');
  return listOf(all, 'domain').flatMap((domain) => {
    const name = textOf(inside(domain, 'name'));
    const uuid = textOf(inside(domain, 'uuid'));
    if (name === undefined || uuid === undefined) throw notUnderstood(host, 'dumpxml', 'a VM without name or uuid');
    const state = states.get(name);
    if (state === undefined) return [];
    const vcpu = inside(domain, 'vcpu');
    const vcpus = /^[1-9]\d{0,5}$/.exec(textOf(inside(vcpu, 'current')) ?? textOf(vcpu) ?? '');
    if (vcpus === null) throw notUnderstood(host, 'dumpxml', `VM ${name} has no number of CPUs`);
    return [
      {
        name,
        uuid,
        host,
        power: state.power,
        vcpus: Number(vcpus[0]),
        memoryBytes: parseMemory(host, name, inside(domain, 'memory')),
        addresses: Object.hasOwn(addresses, name) ? (addresses[name] ?? []) : [],
        emulated: textOf(inside(domain, 'type')) === 'qemu',
        leftover: state.leftover,
        moving: state.moving,
      },
    ];
  });
}

function parseXml(host: string, command: string, text: string): Element {
  try {
    return parser.parse(text) as Element;
  } catch (error) {
    throw notUnderstood(host, command, error instanceof Error ? error.message : String(error), error);
  }
}

function notUnderstood(host: string, command: string, problem: string, cause?: unknown): HypervisorError {
  const hint = `Compare what \`virsh ${command}\` prints on that host; this is an unusual virsh, or a fault in drover.`;
  return new HypervisorError('protocol', `virsh ${command} on ${host} is not understood: ${problem}.`, false, hint, {
    cause,
  });
}

/** The element, or attribute, that one comes to by these names. */
function inside(from: Element | readonly Element[], ...names: readonly string[]): Element {
  return names.reduce<Element>((at, name) => listOf(at, name)[0], Array.isArray(from) ? undefined : (from as Element));
}

function listOf(from: Element, name: string): readonly Element[] {
  if (typeof from !== 'object' || !Object.hasOwn(from, name)) return [];
  const found = from[name];
  return Array.isArray(found) ? (found as readonly Element[]) : [found as Element];
}

function textOf(element: Element): string | undefined {
  const text = typeof element === 'object' ? inside(element, 'value') : element;
  return typeof text === 'string' ? text : undefined;
}

function parseMemory(host: string, vm: string, memory: Element): number {
  const unit = textOf(inside(memory, 'unit')) ?? 'KiB';
  const factor = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
  if (factor === undefined) throw notUnderstood(host, 'dumpxml', `memory of VM ${vm} in the unknown unit ${unit}`);
  const value = /^\d{1,15}$/.exec(textOf(memory) ?? '');
  if (value === null) throw notUnderstood(host, 'dumpxml', `the memory of VM ${vm} is no number`);
  return Number(value[0]) * factor;
}

function colonFields(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split('\n').flatMap((line) => {
      const colon = line.indexOf(':');
      return colon < 1 ? [] : [[line.slice(0, colon), line.slice(colon + 1).trim()] as const];
    }),
  );
}

function parseVersions(text: string): { libvirt: string | undefined; qemu: string | undefined } {
  return {
    libvirt: /^Using library: libvirt (\S+)$/m.exec(text)?.[1],
    qemu: /^Running hypervisor: QEMU (\S+)$/m.exec(text)?.[1],
  };
}
