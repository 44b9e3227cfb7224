/** A step of set-up that cannot be done; its message says what to do. */
export class SetupError extends Error {}
