import { setTimeout as sleep } from 'node:timers/promises';
import { MESSAGE, type Progress } from '../../campaign/contract/messages';
import { until } from '../campaigns/until';
import { describeOnKvmLab, KVM_LAB } from '../lab/kvm/describe-on-kvm-lab';
import { useLibvirtMoments } from './use-libvirt-moments';

jest.setTimeout(1_200_000);

/** More than the heartbeat timeout of workflows/activity-profiles.ts with the default tolerance: the server has given the attempts up. */
const OUTAGE_MS = 5_000 + 5_000 + 15_000 + 15_000 + 5_000;

describeOnKvmLab(`every planned migration happens once on ${KVM_LAB}, whatever fails for long`, () => {
  const libvirt = useLibvirtMoments();

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
});
