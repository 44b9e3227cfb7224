import type { NativeConnection, WorkerOptions } from '@temporalio/worker';

/** Where workers poll, and the settings that all of them share. */
export type WorkerBase = Omit<WorkerOptions, 'taskQueue'> & {
  readonly connection: NativeConnection;
  readonly namespace: string;
};

/** Each setting with its reason. */
export function workerBase(connection: NativeConnection, namespace: string): WorkerBase {
  return {
    connection,
    namespace,
    // After a worker is killed, its cached workflows wait this long before another worker may take them.
    stickyQueueScheduleToStartTimeout: '1 second',
    // Cancellation reaches an activity with its next heartbeat that is really sent.
    maxHeartbeatThrottleInterval: '2 seconds',
    defaultHeartbeatThrottleInterval: '2 seconds',
    shutdownGraceTime: '0 seconds',
  };
}
