import { plainEnvironment } from '../../remote/plain-environment';

test('what programs need is there, and nothing else', () => {
  const before = process.env;
  process.env = {
    PATH: '/usr/bin',
    LC_ALL: 'C',
    HOME: '/root',
    DROVER_KEY: 'secret',
    TEMPORAL_API_KEY: 'secret',
    PATHS: 'x',
  };
  try {
    expect(plainEnvironment()).toEqual({ PATH: '/usr/bin', LC_ALL: 'C', HOME: '/root' });
  } finally {
    process.env = before;
  }
});
