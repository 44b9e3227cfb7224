import { foreignSystem, withheldCapabilities } from '../../../lab/kvm/requirements';

const status = (mask: string): string => `Name:\tnode\nCapEff:\t${mask}\nSeccomp:\t0\n`;

test('names the capabilities that root was not given', () => {
  expect(withheldCapabilities(status('000001ffffffffff'))).toEqual([]);
  // A container's usual set: CAP_MKNOD, but neither CAP_SYS_ADMIN nor CAP_NET_ADMIN.
  expect(withheldCapabilities(status('00000000a80425fb'))).toEqual(['CAP_SYS_ADMIN', 'CAP_NET_ADMIN']);
  expect(withheldCapabilities('')).toEqual(['CAP_SYS_ADMIN', 'CAP_NET_ADMIN', 'CAP_MKNOD']);
});

test('only Debian 12 and 13 have the archive that the packages come from', () => {
  expect(
    foreignSystem('PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_CODENAME=bookworm\nID=debian\n'),
  ).toBeNull();
  expect(foreignSystem('ID="debian"\nVERSION_CODENAME="trixie"\n')).toBeNull();
  expect(foreignSystem('PRETTY_NAME="Ubuntu 24.04 LTS"\nID=ubuntu\nID_LIKE=debian\nVERSION_CODENAME=noble\n')).toMatch(
    /^this is Ubuntu 24.04 LTS: /,
  );
  expect(foreignSystem('')).toMatch(/^this is an unknown system: /);
});
