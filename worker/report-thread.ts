import { constants, getPriority, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { renderReport } from '../report/render-report';
import { readResults } from '../store/read-results';
import { writeReport } from '../store/report-file';

/** The program of the thread that `writeReportInThread` starts: sends the path of the report that it has written. */
async function main(directory: string): Promise<void> {
  // It began with the priority of the thread that fires migrations, and has time.
  const { PRIORITY_NORMAL } = constants.priority;
  if (getPriority() < PRIORITY_NORMAL) setPriority(PRIORITY_NORMAL);
  parentPort?.postMessage(await writeReport(directory, renderReport(await readResults(directory))));
}

void main(workerData as string);
