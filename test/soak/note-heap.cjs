/**
 * Loaded into a worker by NODE_OPTIONS: appends what each of its threads has on its heap to `$DROVER_SOAK_FILE`, once a minute.
 * What is left after a major collection is what is really held. All threads look at the same moments, so that their heaps can be
 * taken from the memory of the process.
 */
const { appendFileSync, readFileSync } = require('node:fs');
const { PerformanceObserver, constants } = require('node:perf_hooks');
const { setTimeout } = require('node:timers');
const { threadId } = require('node:worker_threads');

const EVERY_MS = Number(process.env.DROVER_SOAK_HEAP_EVERY_MS ?? '60000');
const file = process.env.DROVER_SOAK_FILE;
let heldBytes = null;

new PerformanceObserver((list) => {
  const major = list.getEntries().some(({ detail }) => detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR);
  if (major) heldBytes = process.memoryUsage().heapUsed;
}).observe({ entryTypes: ['gc'] });

function lookAt(tick) {
  setTimeout(
    () => {
      const { heapTotal, heapUsed, external, arrayBuffers } = process.memoryUsage();
      const anonKib = Number(/^RssAnon:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
      const line = { kind: 'heap', atMs: Date.now(), tick, pid: process.pid, thread: threadId, anonKib };
      const heap = { heapBytes: heapTotal, usedBytes: heapUsed, heldBytes };
      appendFileSync(
        file,
        `${JSON.stringify({ ...line, ...heap, externalBytes: external, buffersBytes: arrayBuffers })}\n`,
      );
      lookAt(Math.max(tick, Math.floor(Date.now() / EVERY_MS)) + 1);
    },
    tick * EVERY_MS - Date.now(),
  ).unref();
}

lookAt(Math.floor(Date.now() / EVERY_MS) + 1);
