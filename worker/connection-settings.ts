import { loadClientConnectConfig, type ClientConnectConfig } from '@temporalio/envconfig';
import { tlsProblems } from '../campaign/spec/tls-problems';

/** The settings of the Temporal connection cannot be used. */
export class ConnectionSettingsError extends Error {
  override readonly name = 'ConnectionSettingsError';
}

/** How Temporal is reached, by its own profile and environment. @throws ConnectionSettingsError with every problem */
export function connectionSettings(): ClientConnectConfig {
  let settings: ClientConnectConfig;
  try {
    settings = loadClientConnectConfig();
  } catch (error) {
    throw refused([error instanceof Error ? error.message : String(error)], error);
  }
  const problems = tlsProblems(settings.connectionOptions.tls);
  if (problems.length > 0) throw refused(problems);
  return settings;
}

function refused(problems: readonly string[], cause?: unknown): ConnectionSettingsError {
  const text = `the settings of the Temporal connection cannot be used: ${problems.join('; ')}`;
  return new ConnectionSettingsError(text, { cause });
}
