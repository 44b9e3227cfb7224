import { Worker } from 'node:worker_threads';

/**
 * Writes report.html from the tables of a result directory, in a thread of its own: a large report takes seconds, and a
 * migration of another campaign may be due in any of them. @returns its path. @throws what reading or writing throws
 */
export async function writeReportInThread(directory: string): Promise<string> {
  const thread = new Worker(require.resolve('./report-thread'), { workerData: directory });
  return new Promise((resolve, reject) => {
    thread.once('message', resolve);
    thread.once('error', reject);
    thread.once('exit', (code) => reject(new Error(`the thread that writes the report ended with ${code}`)));
  });
}
