import { tlsProblems, type TlsSettings } from './tls-problems';

/** What is checked of Temporal's connection settings; the rest is the SDK's. */
interface ConnectionSettings {
  readonly connectionOptions: { readonly tls?: TlsSettings | boolean | null | undefined };
}

/** The settings of the Temporal connection cannot be used. */
export class ConnectionSettingsError extends Error {
  override readonly name = 'ConnectionSettingsError';
}

/** Loads the settings of the Temporal connection and checks them. @throws ConnectionSettingsError with every problem */
export function usableSettings<T extends ConnectionSettings>(load: () => T): T {
  let settings: T;
  try {
    settings = load();
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
