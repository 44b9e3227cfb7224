import type { SshTarget } from '../../remote/types';

/** What the libvirt driver needs to know of a site. */
export interface LibvirtConfig {
  /** Host name, as the hosts know each other, to the way drover reaches it. */
  readonly hosts: Readonly<Record<string, SshTarget>>;
  /** libvirt's URI of a target as the source host resolves it; `{host}` stands for the target's name. */
  readonly migrateUri: string;
  /** VM name to its IP addresses. */
  readonly addresses: Readonly<Record<string, readonly string[]>>;
}
