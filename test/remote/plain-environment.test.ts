import { plainEnvironment } from '../../remote/plain-environment';
import { withEnvironment } from '../with-environment';

test('what programs need is there, and nothing else', () => {
  const env = {
    PATH: '/usr/bin',
    LC_ALL: 'C',
    HOME: '/root',
    DROVER_KEY: 'secret',
    TEMPORAL_API_KEY: 'secret',
    PATHS: 'x',
  };
  withEnvironment(env, () => {
    expect(plainEnvironment()).toEqual({ PATH: '/usr/bin', LC_ALL: 'C', HOME: '/root' });
  });
});
