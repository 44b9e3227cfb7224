const NEEDED = /^(PATH|HOME|USER|LOGNAME|SHELL|TMPDIR|TZ|LANG|LC_[A-Z]+)$/;

/**
 * The environment of a program that needs nothing of drover's: what every program needs, and none of the secrets that a worker
 * may have in its own, where each of its children would carry them on.
 */
export function plainEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => NEEDED.test(name)));
}
