import { DefaultLogger, type LogEntry } from '@temporalio/worker';
import type { Logger } from 'pino';

const LEVELS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** Sends what the Temporal SDK logs to the worker's own log; its notes are debugging aids, so only warnings pass unless `everything` shall. */
export function temporalLogger(log: Logger, everything: boolean): DefaultLogger {
  return new DefaultLogger(everything ? 'TRACE' : 'WARN', ({ level, message, meta }: LogEntry) =>
    log[LEVELS[level]](meta ?? {}, message),
  );
}
