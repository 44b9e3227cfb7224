import { logLevel, LogLevelError } from '../../worker/log-level';

test.each(['trace', 'debug', 'info', 'warn', 'error'])('%s is a level', (level) => {
  expect(logLevel(level)).toBe(level);
});

test('without one it is info, and a wrong one is refused with those that there are', () => {
  expect(logLevel()).toBe('info');
  expect(() => logLevel('all')).toThrow(LogLevelError);
  expect(() => logLevel('all')).toThrow('trace, debug, info, warn, error');
});
