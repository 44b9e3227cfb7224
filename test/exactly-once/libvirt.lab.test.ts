import { until } from '../campaigns/until';
import { describeOnKvmLab, KVM_LAB } from '../lab/kvm/describe-on-kvm-lab';
import { AWAKE_TICKS } from './awake-ticks';
import { useLibvirtMoments } from './use-libvirt-moments';

jest.setTimeout(1_200_000);

// Side by side, for both mostly wait for a heartbeat timeout. libvirt.long.test.ts has the other moments.
describeOnKvmLab(`every planned migration happens once on ${KVM_LAB}`, () => {
  const libvirt = useLibvirtMoments();

  test('worker killed the moment a marker is set, and another frozen then, past its heartbeat timeout', async () => {
    const [whenKilled, whenFrozen] = await Promise.all([killed(), frozen()]);
    // The host's script may die with its connection before it begins: then a new intent does it, observed.
    expect(['recovered', 'observed']).toContain(whenKilled.get('running'));
    expect(whenFrozen.get('running')).toBe('recovered');
  });

  async function killed(): Promise<ReadonlyMap<string, string>> {
    const moments = await libvirt.reach('killed', { running: 'g1', armed: 'g2' });
    await moments.worker.kill();
    moments.world.startWorker();
    return libvirt.happenedOnce(moments);
  }

  /** Another worker takes over; when the first wakes up, the VM is where it was when it wanted to move it. */
  async function frozen(): Promise<ReadonlyMap<string, string>> {
    const moments = await libvirt.reach('frozen', { running: 'g3', armed: 'g4' });
    const { worker, world } = moments;
    worker.stop();
    world.startWorker();
    await until(
      'the armed one has gone and come back',
      () => moments.begun().filter(({ vm }) => vm === 'g4').length === 2,
    );
    const ticks = worker.cpuTicks();
    worker.goOn();
    await until('the frozen worker is awake', () => worker.cpuTicks() > ticks + AWAKE_TICKS);
    expect(await worker.drain()).toBe(0);
    return libvirt.happenedOnce(moments);
  }
});
