/**
 * Whether a signal could not be delivered because its receiver has closed or never was. A receiver that has had too many
 * signals in one run takes them again in its next one.
 */
export function isGone(error: unknown): boolean {
  return !(error instanceof Error && error.message.includes('signal limit'));
}
