import { loadClientConnectConfig } from '@temporalio/envconfig';
import { devServerEnvironment } from '../../client/connect';
import { withEnvironment } from '../with-environment';

const SERVER = { address: '127.0.0.1:40123', uiUrl: 'http://127.0.0.1:40124' };

test('what uses the dev server reaches it and nothing else, whatever the settings of Temporal say', () => {
  const settings = {
    PATH: '/usr/bin',
    DROVER_SITES: '/etc/drover/sites.yaml',
    TEMPORAL_ADDRESS: 'temporal.example.org:7233',
    TEMPORAL_NAMESPACE: 'production',
    TEMPORAL_PROFILE: 'production',
    TEMPORAL_CONFIG_FILE: '/etc/temporal.toml',
    TEMPORAL_API_KEY: 'secret',
    TEMPORAL_TLS: 'true',
    TEMPORAL_GRPC_META_TEAM: 'storage',
  };
  withEnvironment(settings, () => {
    const env = devServerEnvironment(SERVER);
    expect(env).toMatchObject({ PATH: '/usr/bin', DROVER_SITES: '/etc/drover/sites.yaml' });
    withEnvironment(env, () => {
      expect(loadClientConnectConfig()).toEqual({ connectionOptions: { address: SERVER.address } });
    });
  });
});
