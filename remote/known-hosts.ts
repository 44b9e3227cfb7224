import { createHmac } from 'node:crypto';

/** What known_hosts says of a key that a machine showed. `keyTypes`: the types it knows for that machine. */
export interface HostKeyVerdict {
  readonly verdict: 'known' | 'unknown' | 'changed' | 'revoked';
  readonly keyTypes: readonly string[];
}

interface Line {
  readonly revoked: boolean;
  readonly hosts: string;
  readonly keyType: string;
  readonly key: string;
}

/** The key types that known_hosts lists for a machine, to be asked for first. */
export function knownKeyTypes(knownHosts: string, host: string, port: number): readonly string[] {
  const lines = parseLines(knownHosts).filter((line) => !line.revoked && matches(line.hosts, hostName(host, port)));
  return [...new Set(lines.map((line) => line.keyType))];
}

/**
 * Judges a host key (SSH wire format) by the lines of a known_hosts file: plain and hashed names, patterns with `*`,
 * `?` and `!`, `[host]:port`, `@revoked`. Source: sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT".
 */
export function checkHostKey(knownHosts: string, host: string, port: number, key: Buffer): HostKeyVerdict {
  const shown = key.toString('base64');
  const lines = parseLines(knownHosts).filter((line) => matches(line.hosts, hostName(host, port)));
  const keyTypes = knownKeyTypes(knownHosts, host, port);
  if (lines.some((line) => line.revoked && line.key === shown)) return { verdict: 'revoked', keyTypes };
  const trusted = lines.filter((line) => !line.revoked);
  if (trusted.some((line) => line.key === shown)) return { verdict: 'known', keyTypes };
  return { verdict: trusted.length > 0 ? 'changed' : 'unknown', keyTypes };
}

function hostName(host: string, port: number): string {
  return port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${String(port)}`;
}

function parseLines(text: string): Line[] {
  return text.split('\n').flatMap((raw) => {
    const fields = raw.trim().split(/\s+/);
    const marker = fields[0]?.startsWith('@') === true ? fields.shift() : undefined;
    const [hosts, keyType, key] = fields;
    if (hosts === undefined || hosts.startsWith('#') || keyType === undefined || key === undefined) return [];
    // Certificates are not supported: their authority's key must not pass for a host's own key.
    if (marker !== undefined && marker !== '@revoked') return [];
    return [{ revoked: marker === '@revoked', hosts, keyType, key }];
  });
}

function matches(hosts: string, name: string): boolean {
  if (hosts.startsWith('|')) return matchesHash(hosts, name);
  const patterns = hosts.toLowerCase().split(',');
  const negated = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  if (negated.some((pattern) => matchesPattern(pattern, name))) return false;
  return patterns.some((pattern) => !pattern.startsWith('!') && matchesPattern(pattern, name));
}

function matchesHash(hashed: string, name: string): boolean {
  const [, algorithm, salt, hash] = hashed.split('|');
  if (algorithm !== '1' || salt === undefined || hash === undefined) return false;
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
}

function matchesPattern(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(name);
}
