const LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;

/** How much a worker logs; `debug` and `trace` also let the Temporal SDK's own notes pass. */
export type LogLevel = (typeof LEVELS)[number];

/** The environment asks for a level that there is not. */
export class LogLevelError extends Error {
  override readonly name = 'LogLevelError';
}

/** Reads `$DROVER_LOG_LEVEL`, `info` where it is not set. @throws LogLevelError that says what is allowed */
export function logLevel(value = process.env['DROVER_LOG_LEVEL'] ?? 'info'): LogLevel {
  const level = LEVELS.find((known) => known === value);
  if (level === undefined) throw new LogLevelError(`DROVER_LOG_LEVEL is none of ${LEVELS.join(', ')}`);
  return level;
}
