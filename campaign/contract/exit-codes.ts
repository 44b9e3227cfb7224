/** Exit code of a worker that is in order but has to be started again: the one for passing failures in sysexits.h. */
export const EXIT_START_AGAIN = 75;
