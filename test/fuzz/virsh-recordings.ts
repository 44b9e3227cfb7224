import { COMPLETED_JOB, LIVE_JOB } from '../hypervisors/libvirt/recorded-jobs';

// What hosts with libvirt 11.3 and QEMU 10.0.2 answered to the driver's scripts, shortened; `\x1E` begins a section.

const s = (name: string, text = ''): string => `\u001E${name}\n${text}`;

const UUID = '4d4c4142-0000-4000-9000-000000000001';

const DOMAIN = (name: string): string => `<domain type='qemu' id='2'>
  <name>${name}</name>
  <uuid>${UUID.slice(0, -1)}${name.slice(-1)}</uuid>
  <memory unit='KiB'>262144</memory>
  <currentMemory unit='KiB'>262144</currentMemory>
  <vcpu placement='static' current='1'>2</vcpu>
  <resource>
    <partition>/machine</partition>
  </resource>
  <os>
    <type arch='x86_64' machine='pc-i440fx-10.0'>hvm</type>
    <kernel>/img/vmlinux</kernel>
    <cmdline>console=ttyS0 quiet mitigations=off addr=10.78.1.1/16 host=g1</cmdline>
  </os>
  <features><acpi/><tcg><tb-cache unit='MiB'>32</tb-cache></tcg></features>
  <cpu mode='custom' match='exact' check='full'>
    <model fallback='forbid'>qemu64</model>
  </cpu>
  <clock offset='utc'><timer name='hpet' present='no'/></clock>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <interface type='bridge'>
      <mac address='52:54:00:4d:00:01'/>
      <source bridge='br0'/>
      <target dev='vnet0'/>
      <model type='virtio'/>
    </interface>
    <memballoon model='none'/>
  </devices>
</domain>

`;

const STATES = `Domain: 'g1'
  state.state=1
  state.reason=5

Domain: 'g2'
  state.state=5
  state.reason=4

`;

const CAPABILITIES = `<capabilities>
  <host>
    <uuid>0d9c8f5e-6f6e-4a0e-8a5e-3f7a2c1b0001</uuid>
    <cpu>
      <arch>x86_64</arch>
      <model>Skylake-Server-IBRS</model>
      <vendor>Intel</vendor>
      <topology sockets='1' dies='1' clusters='1' cores='1' threads='2'/>
      <feature name='ds'/>
    </cpu>
    <migration_features>
      <live/>
      <uri_transports>
        <uri_transport>tcp</uri_transport>
        <uri_transport>rdma</uri_transport>
      </uri_transports>
    </migration_features>
  </host>
</capabilities>
`;

const LOG = `2026-11-26 02:11:38.511+0000: starting up libvirt version: 11.3.0, package: 3 (Debian), qemu version: 10.0.2
2026-11-26 02:12:14.004+0000: shutting down, reason=migrated
`;

/** The answer to the inventory's script. */
export const INVENTORY_ANSWER = [
  s(
    'version',
    'Compiled against library: libvirt 11.3.0\nUsing library: libvirt 11.3.0\nRunning hypervisor: QEMU 10.0.2\n',
  ),
  s(
    'nodeinfo',
    'CPU model:           x86_64\nCPU(s):              2\nCPU frequency:       2100 MHz\nMemory size:         25165824 KiB\n',
  ),
  s('capabilities', CAPABILITIES),
  s('nics', 'eth0\nbr0\n'),
  s('states', STATES),
  s('domains', `<?xml version='1.0'?>\n${DOMAIN('g1')}${DOMAIN('g2')}`),
].join('');

/** The answer to a look at one VM and one intent, of a source while its migration runs. */
export const SOURCE_ANSWER = [
  s('clock', '1764123134.504211\n'),
  s('fate', 'begun\n'),
  s('rc'),
  s('begin', '1764123131.100000\n'),
  s('end'),
  s('alive', 'yes\n'),
  s('cancelled'),
  s('out'),
  s('uuid', `${UUID}\n`),
  s('id', '2\n'),
  s('state', 'running (booted)\n'),
  s('job', LIVE_JOB),
  s('completed', 'Job type:         None        \n'),
  s('qemupid', '4711\n'),
  s('logbytes', '8123\n'),
  s('log', LOG),
].join('');

/** The same once it has ended. */
export const ENDED_ANSWER = [
  s('clock', '1764123139.001\n'),
  s('fate', 'begun\n'),
  s('rc', '1\n'),
  s('begin', '1764123131.100000\n'),
  s('end', '1764123137.300000\n'),
  s('alive'),
  s('cancelled'),
  s('out', "error: operation failed: guest CPU doesn't match specification: missing features: pcid\n"),
  s('uuid', `${UUID}\n`),
  s('id', '2\n'),
  s('state', 'running (booted)\n'),
  s('job', 'Job type:         None        \n'),
  s('completed', COMPLETED_JOB),
  s('qemupid', '4711\n'),
  s('logbytes', '8123\n'),
  s('log', LOG),
].join('');

/** The answer to where a VM is. */
export const LOCATE_ANSWER = s('states', STATES);

/** The answer to which jobs run. */
export const JOBS_ANSWER = [s('names', `${UUID} g1\n`), s(UUID, LIVE_JOB)].join('');

/** What virsh and its ssh complained of. */
export const COMPLAINTS: readonly string[] = [
  '',
  "error: failed to connect to the hypervisor\nerror: Failed to connect socket to '/var/run/libvirt/libvirt-sock': No such file or directory\n",
  'error: operation aborted: migration out job: canceled by client\n',
  'error: Timed out during operation: cannot acquire state change lock (held by monitor=remoteDispatchDomainMigratePerform3Params)\n',
  'Host key verification failed.\r\nerror: End of file while reading data: : Input/output error\n',
];

/** `virsh -q domstats` of a lab guest. */
export const DOMSTATS = `Domain: 'g5'
  state.state=1
  state.reason=2
  cpu.time=1140000000
  balloon.current=262144
  vcpu.current=1
  vcpu.0.state=1
  vcpu.0.time=510000000
  vcpu.0.delay=1063228995
  net.count=1
  net.0.name=vnet2
  net.0.rx.bytes=24016
  block.count=0
  dirtyrate.calc_mode=page-sampling
  some.new=7

Domain: 'g6'
  state.state=3
  state.reason=11

`;

/** What a recorder keeps of a host. */
export const HOST_TEXTS: readonly string[] = [
  '== stat\ncpu  100 1 50 900 7 2 3 0 0 0\ncpu0 60 1 20 400 3 2 3 0 0 0\ncpu1 40 0 30 500 4 0 0 0 0 0\nintr 1 2\n' +
    '== meminfo\nMemTotal:       16384 kB\nHugePages_Total:       0\n' +
    '== vmstat\npgpgin 12\nnr_free_pages 3\n' +
    '== diskstats\n 8 0 sda 10 0 16 5 20 0 32 6 0 77 11\n 7 0 loop0 1 0 1 1 1 0 1 1 0 1 1\n' +
    '== net\nInter-| Receive\n face |bytes\n  eth0: 1 2 3 4 0 0 0 0 5 6 7 8 0 0 0 0\n',
  '== own\ncpu_ticks=4711\nticks_per_s=100\nprocesses=12\nrss_kib=91234\npss_kib=80000\n== net\nInter-| Receive\n face |bytes\n  eth0: 1 2 3 4 0 0 0 0 5 6 7 8 0 0 0 0\n',
];
