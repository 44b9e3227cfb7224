/** A fault as the journal of a run has it. Times UTC ms; it is over when what it struck works again. */
export interface JournalFault {
  readonly victim: string;
  readonly deed: string;
  readonly target: string | null;
  readonly fromMs: number;
  readonly untilMs: number;
}
