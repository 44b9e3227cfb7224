import { XMLParser } from 'fast-xml-parser';
import type { Host, Vm } from '../types';
import { parseStates, type DomainState } from './parse-states';

/** One definition of a VM on one host, before those of all hosts are merged. */
export type Definition = Vm & DomainState;

interface DomainXml {
  readonly type?: string;
  readonly name: string;
  readonly uuid: string;
  readonly memory: { readonly value: string; readonly unit?: string };
  readonly vcpu: { readonly value: string; readonly current?: string };
}

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

/** A host from the sections of the inventory script. @throws Error if virsh's output is not understood */
export function parseHost(name: string, sections: ReadonlyMap<string, string>): Host {
  const capabilities = (parser.parse(sections.get('capabilities') ?? '') as Capabilities).capabilities?.host;
  const node = colonFields(sections.get('nodeinfo') ?? '');
  const memory = /^(\d+) KiB$/.exec(node.get('Memory size') ?? '');
  const cpus = Number(node.get('CPU(s)'));
  if (memory === null || !Number.isInteger(cpus)) throw new Error(`virsh nodeinfo of ${name} is not understood`);
  const { libvirt, qemu } = parseVersions(sections.get('version') ?? '');
  const features = capabilities?.migration_features;
  return {
    name,
    cpuModel: capabilities?.cpu?.model ?? node.get('CPU model') ?? 'unknown',
    cpus,
    memoryBytes: Number(memory[1]) * 1024,
    nics: (sections.get('nics') ?? '').split('\n').filter((nic) => nic !== ''),
    versions: { ...(libvirt === undefined ? {} : { libvirt }), ...(qemu === undefined ? {} : { qemu }) },
    migrationSettings: {
      live: features?.live === undefined ? 'no' : 'yes',
      transports: (features?.uri_transports?.uri_transport ?? []).join(','),
    },
  };
}

interface Capabilities {
  readonly capabilities?: {
    readonly host?: {
      readonly cpu?: { readonly model?: string };
      readonly migration_features?: {
        readonly live?: string;
        readonly uri_transports?: { readonly uri_transport?: readonly string[] };
      };
    };
  };
}

/**
 * The definitions on one host; a domain without a state went away while the script ran and is left out.
 * @throws Error if virsh's output is not understood
 */
export function parseDefinitions(
  host: string,
  sections: ReadonlyMap<string, string>,
  addresses: Readonly<Record<string, readonly string[]>>,
): readonly Definition[] {
  const states = parseStates(sections.get('states') ?? '');
  // Each domain's XML comes as one document; a declaration between them would not be well-formed.
  const { all } = parser.parse(`<all>${(sections.get('domains') ?? '').replaceAll(/<\?xml[^>]*\?>/g, '')}</all>`) as {
    all: { domain?: readonly DomainXml[] } | '';
  };
  return (all === '' ? [] : (all.domain ?? [])).flatMap((domain) => {
    const state = states.get(domain.name);
    if (state === undefined) return [];
    const vcpu = typeof domain.vcpu === 'string' ? domain.vcpu : (domain.vcpu.current ?? domain.vcpu.value);
    return [
      {
        name: domain.name,
        uuid: domain.uuid,
        host,
        power: state.power,
        vcpus: Number(vcpu),
        memoryBytes: parseMemory(domain.memory),
        addresses: Object.hasOwn(addresses, domain.name) ? (addresses[domain.name] ?? []) : [],
        emulated: domain.type === 'qemu',
        leftover: state.leftover,
        moving: state.moving,
      },
    ];
  });
}

function parseMemory(memory: DomainXml['memory'] | string): number {
  const { value, unit = 'KiB' } = typeof memory === 'string' ? { value: memory } : memory;
  const factor = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
  if (factor === undefined) throw new Error(`memory of a VM in the unknown unit ${unit}`);
  return Number(value) * factor;
}

function colonFields(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split('\n').flatMap((line) => {
      const match = /^([^:]+):\s+(.*)$/.exec(line);
      return match === null ? [] : [[match[1] ?? '', match[2] ?? ''] as const];
    }),
  );
}

function parseVersions(text: string): { libvirt: string | undefined; qemu: string | undefined } {
  return {
    libvirt: /^Using library: libvirt (\S+)$/m.exec(text)?.[1],
    qemu: /^Running hypervisor: QEMU (\S+)$/m.exec(text)?.[1],
  };
}
