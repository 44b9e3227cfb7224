/** Runs something with nothing but this in the environment of the process. */
export function withEnvironment(env: NodeJS.ProcessEnv, run: () => void): void {
  const before = process.env;
  process.env = env;
  try {
    run();
  } finally {
    process.env = before;
  }
}
