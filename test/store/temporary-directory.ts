import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A fresh directory for each test of a file; deleted after it. */
export function useTemporaryDirectory(): () => string {
  let directory = '';
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'drover-store-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));
  return () => directory;
}
