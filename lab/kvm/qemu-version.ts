/** Older releases corrupt the memory of emulated guests in live migration: three dead guests in 28 migrations under load. */
const OLDEST_MAJOR = 8;

/** Why a QEMU of this version may not run the lab; null: it may. */
export function qemuRefusal(version: string): string | null {
  const major = Number(/^(\d+)\./.exec(version)?.[1]);
  if (major >= OLDEST_MAJOR) return null;
  return `QEMU ${version || 'of unknown version'} corrupts emulated guests in live migration: ${String(OLDEST_MAJOR)}.0 or later is needed. Remove the lab's packages (the folder "root" in drover's home) and bring it up again`;
}
