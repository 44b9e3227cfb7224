import { parseSiteFile } from '../../campaign/spec/site-file';
import { renderSites, sitesAsJson } from '../../client/render-sites';

const TEXT = `sites:
  dc:
    kind: libvirt
    hosts: { h1: { address: 10.0.0.1 }, h2: { address: 10.0.0.2 } }
    ssh: { key: env:DC_KEY, knownHosts: known }
    guests: { addresses: { g1: 10.1.0.1 }, ssh: { key: file:guest-key, knownHosts: known } }
    vantages: { roof: { address: 10.2.0.1, ssh: { key: env:ROOF_KEY, knownHosts: roof } } }
    limits: { migrationsPerHost: 2 }
  toy: { kind: simulated, url: 'http://me:hidden@127.0.0.1:8080' }
`;

test('shows hosts, VMs and limits, and nothing secret', () => {
  const parsed = parseSiteFile(TEXT, 'sites.yaml', '/etc/drover');
  if (!parsed.ok) throw new Error('the site file is good');
  const found = Object.entries(parsed.sites).map(([name, site]) => ({ name, site, file: '/etc/drover/sites.yaml' }));
  const text = renderSites(found);
  expect(text).toContain('dc    libvirt    no        2                    /etc/drover/sites.yaml\n');
  expect(text).toContain(
    '  hosts:   h1 10.0.0.1, h2 10.0.0.2\n  VMs:     g1 10.1.0.1\n  probes are sent from here and from roof 10.2.0.1\n',
  );
  expect(text + JSON.stringify(sitesAsJson(found))).not.toMatch(/DC_KEY|ROOF_KEY|guest-key|hidden/);
  expect(renderSites([])).toMatch(/no site/);
});
