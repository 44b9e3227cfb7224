import { join } from 'node:path';
import { replaceFile } from './durable-file';

/** Writes report.html, replacing it at once. @returns its path. @throws StoreError */
export async function writeReport(directory: string, html: string): Promise<string> {
  const path = join(directory, 'report.html');
  await writePage(path, html);
  return path;
}

/** Writes a page, replacing it at once. @throws StoreError */
export async function writePage(path: string, html: string): Promise<void> {
  await replaceFile(path, html);
}
