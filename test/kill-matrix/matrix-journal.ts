import { appendJsonLines, readJsonLines } from '../json-lines';
import type { Shape } from './campaigns';
import type { FaultRun } from './run-faults';

/** One campaign of a matrix. */
export interface MatrixLine {
  readonly run: number;
  readonly seed: number;
  readonly commit: string;
  readonly shape: Shape;
  /** Null: it did not come to an end that could be judged. */
  readonly done: FaultRun | null;
  readonly error: string | null;
}

/** The campaigns of a matrix, one line of JSON each: one of many hours may be interrupted and goes on. */
export class MatrixJournal {
  readonly lines: MatrixLine[] = [];

  /** @throws Error if the file is of another seed */
  constructor(
    private readonly file: string | null,
    seed: number,
  ) {
    if (file === null) return;
    this.lines.push(...(readJsonLines(file) as readonly MatrixLine[]));
    if (this.lines.some((line) => line.seed !== seed)) throw new Error(`${file} has campaigns of another seed`);
  }

  has(run: number): boolean {
    return this.lines.some((line) => line.run === run);
  }

  add(line: MatrixLine): void {
    this.lines.push(line);
    if (this.file !== null) appendJsonLines(this.file, [line]);
  }
}
