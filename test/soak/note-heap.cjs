/**
 * Loaded into a worker by NODE_OPTIONS: appends what each of its threads has on its heap to `$DROVER_SOAK_FILE`, once a minute.
 * What is left after a major collection is what is really held.
 */
const { appendFileSync } = require('node:fs');
const { PerformanceObserver, constants } = require('node:perf_hooks');
const { setInterval } = require('node:timers');
const { threadId } = require('node:worker_threads');

const EVERY_MS = Number(process.env.DROVER_SOAK_HEAP_EVERY_MS ?? '60000');
const file = process.env.DROVER_SOAK_FILE;
let heldBytes = null;

new PerformanceObserver((list) => {
  const major = list.getEntries().some(({ detail }) => detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR);
  if (major) heldBytes = process.memoryUsage().heapUsed;
}).observe({ entryTypes: ['gc'] });

setInterval(() => {
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  const line = { kind: 'heap', atMs: Date.now(), pid: process.pid, thread: threadId };
  appendFileSync(
    file,
    `${JSON.stringify({ ...line, usedBytes: heapUsed, heldBytes, externalBytes: external, buffersBytes: arrayBuffers })}\n`,
  );
}, EVERY_MS).unref();
