import { setTimeout as sleep } from 'node:timers/promises';
import { MESSAGE, type Progress } from '../../campaign/contract/messages';
import { until } from '../campaigns/until';
import { describeOnKvmLab, KVM_LAB } from '../lab/kvm/describe-on-kvm-lab';
import { AWAKE_TICKS } from './awake-ticks';
import { useLibvirtMoments } from './use-libvirt-moments';

jest.setTimeout(1_200_000);

/** More than the heartbeat timeout of workflows/activity-profiles.ts with the default tolerance: the server has given the attempts up. */
const OUTAGE_MS = 5_000 + 5_000 + 15_000 + 15_000 + 5_000;

describeOnKvmLab(`every planned migration happens once on ${KVM_LAB}`, () => {
  const libvirt = useLibvirtMoments();

  // Side by side, for both mostly wait for a heartbeat timeout.
  test('worker killed the moment a marker is set, and another frozen then, past its heartbeat timeout', async () => {
    // Which provenance the first has depends on how far it was when this slow machine let the blow fall.
    for (const provenances of await Promise.all([killed(), frozen()])) expect(provenances.size).toBe(4);
  });

  test('server down for longer than the heartbeat timeout', async () => {
    const moments = await libvirt.reach('server-down', { running: 'g1', armed: 'g2' });
    const { world, handle } = moments;
    await until('the second is armed', async () => {
      const { running } = await handle.query<Progress>(MESSAGE.progress).catch(() => ({ running: [] }));
      return running.some(({ actionId, state }) => actionId === 'armed' && state === 'armed');
    });
    await world.killServer();
    // Meanwhile the worker carries out what is armed.
    await sleep(OUTAGE_MS);
    await world.startServer();
    expect((await libvirt.happenedOnce(moments)).size).toBe(4);
  });

  test('worker and server killed together, and started again', async () => {
    const moments = await libvirt.reach('both', { running: 'g3', armed: 'g4' });
    await Promise.all([moments.worker.kill(), moments.world.killServer()]);
    await moments.world.startServer();
    moments.world.startWorker();
    expect((await libvirt.happenedOnce(moments)).size).toBe(4);
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
