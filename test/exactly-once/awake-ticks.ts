/** CPU time after which a process that was frozen has done everything that was overdue; hundredths of a second. */
export const AWAKE_TICKS = 30;
