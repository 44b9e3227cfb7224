import { join } from 'node:path';

/** Environment of a worker that notes in the journal what is on its heap. */
export function notesItsHeap(journal: string, everyMs: number): NodeJS.ProcessEnv {
  return {
    NODE_OPTIONS: `--require=${join(__dirname, 'note-heap.cjs')}`,
    DROVER_SOAK_FILE: journal,
    DROVER_SOAK_HEAP_EVERY_MS: String(everyMs),
  };
}
