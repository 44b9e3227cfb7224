import { qemuRefusal } from '../../../lab/kvm/qemu-version';

test.each(['8.0.0', '10.0.2', '10.0.13', '8.2'])('QEMU %s may run the lab', (version) => {
  expect(qemuRefusal(version)).toBeNull();
});

test.each(['7.2.22', '2.8', '', 'unknown'])('QEMU "%s" may not, and it is said why', (version) => {
  expect(qemuRefusal(version)).toMatch(/8\.0 or later/);
});
