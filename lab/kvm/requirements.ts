import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { arch, platform } from 'node:os';

const PROGRAMS = [
  'bash',
  'apt-get',
  'apt-cache',
  'dpkg-deb',
  'tar',
  'awk',
  'grep',
  'sed',
  'flock',
  'nsenter',
  'unshare',
  'setsid',
  'mount',
  'mknod',
];
/** CAP_SYS_ADMIN (namespaces, mounts), CAP_NET_ADMIN (links), CAP_MKNOD (device files); bit numbers of capabilities(7). */
const CAPABILITIES = { CAP_SYS_ADMIN: 21, CAP_NET_ADMIN: 12, CAP_MKNOD: 27 };
const CODENAMES: readonly string[] = ['bookworm', 'trixie'];
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** What this machine lacks for the KVM lab, one line each with its remedy; empty: it can run. */
export function kvmLabRequirements(): readonly string[] {
  if (platform() !== 'linux' || arch() !== 'x64')
    return [`this is ${platform()} on ${arch()}: the lab needs Linux on x86-64, e.g. a virtual machine with Debian 12`];
  const lacking: string[] = [];
  const foreign = foreignSystem(existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '');
  if (foreign !== null) lacking.push(foreign);
  if (process.getuid?.() !== 0) lacking.push('not root: namespaces and mounts need it; run the same command as root');
  const missing = PROGRAMS.filter((program) => !onPath(program));
  if (missing.length > 0) lacking.push(`not on PATH: ${missing.join(', ')}; the lab is proven on Debian 12`);
  if (!existsSync(KEYRING)) lacking.push(`no ${KEYRING}: install the package debian-archive-keyring`);
  if (process.getuid?.() === 0) {
    const withheld = withheldCapabilities(readFileSync('/proc/self/status', 'utf8'));
    if (withheld.length > 0)
      lacking.push(
        `root without ${withheld.join(', ')}: run on a machine or VM, or give the container these capabilities`,
      );
  }
  if (!existsSync('/dev/net/tun')) lacking.push('no /dev/net/tun: load the kernel module tun');
  return lacking;
}

/** Capabilities that a `/proc/PID/status` text does not show as effective. */
export function withheldCapabilities(status: string): readonly string[] {
  const mask = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? '0'}`);
  return Object.entries(CAPABILITIES)
    .filter(([, bit]) => ((mask >> BigInt(bit)) & 1n) === 0n)
    .map(([name]) => name);
}

/** Why packages cannot be had by this system's apt, by the text of its os-release(5); null: they can. */
export function foreignSystem(osRelease: string): string | null {
  const field = (name: string): string => new RegExp(`^${name}="?([^"\n]*)"?$`, 'm').exec(osRelease)?.[1] ?? '';
  if (field('ID') === 'debian' && CODENAMES.includes(field('VERSION_CODENAME'))) return null;
  return `this is ${field('PRETTY_NAME') || 'an unknown system'}: the lab fetches its packages by the apt of Debian 12 or 13; run it there`;
}

function onPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
