import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig, type ClientConnectConfig } from '@temporalio/envconfig';
import { ConnectionSettingsError, usableSettings } from '../campaign/spec/connection-settings';
import { findDevServer, type DevServer } from './dev-server';
import { CommandError, EXIT } from './exit';
import { causeText } from './failure-text';

const CONNECT_WITHIN_MS = 5_000;

/** How Temporal is reached: its own profile or environment first, else drover's dev server, else the default address. @throws CommandError (exit code 2) */
export function temporalEnvironment(home: string): NodeJS.ProcessEnv {
  const { connectionOptions } = temporalConfig();
  const own = connectionOptions.address === undefined ? findDevServer(home) : null;
  return own === null ? process.env : { ...process.env, TEMPORAL_ADDRESS: own.address };
}

/** Connects to Temporal. @throws CommandError (exit code 3) that names the address and what to do */
export async function connect(home: string): Promise<Client> {
  const { connectionOptions, namespace } = temporalConfig();
  const address = temporalEnvironment(home)['TEMPORAL_ADDRESS'] ?? connectionOptions.address ?? 'localhost:7233';
  const remedy = 'start one with "drover server", or set TEMPORAL_ADDRESS';
  return connectTo({ ...connectionOptions, address }, remedy, namespace);
}

/** The environment of a process that uses drover's own dev server, whatever server the settings of this one name. */
export function devServerEnvironment({ address }: DevServer): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_'));
  // An empty path is no file: without it the user's own profile could still name a namespace, a key or TLS.
  return { ...Object.fromEntries(others), TEMPORAL_ADDRESS: address, TEMPORAL_CONFIG_FILE: '' };
}

/** Connects to drover's own dev server, whatever server the settings of this environment name. @throws CommandError (exit code 3) */
export async function connectToDevServer({ address }: DevServer): Promise<Client> {
  return connectTo({ address }, 'it may have been stopped meanwhile: run the same command again');
}

async function connectTo(
  options: ClientConnectConfig['connectionOptions'] & { readonly address: string },
  remedy: string,
  namespace?: string,
): Promise<Client> {
  try {
    const connection = await Connection.connect({ connectTimeout: CONNECT_WITHIN_MS, ...options });
    return new Client({ connection, ...(namespace === undefined ? {} : { namespace }) });
  } catch (error) {
    const message = `no Temporal server at ${options.address} (${causeText(error)}); ${remedy}`;
    throw new CommandError(message, EXIT.unreachable, { cause: error });
  }
}

/** Connects, lets `use` work and closes the connection whatever happens. @throws CommandError (exit code 3) */
export async function withClient<T>(home: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = await connect(home);
  try {
    return await use(client);
  } finally {
    await client.connection.close();
  }
}

function temporalConfig(): ClientConnectConfig {
  try {
    return usableSettings(loadClientConnectConfig);
  } catch (error) {
    if (!(error instanceof ConnectionSettingsError)) throw error;
    throw new CommandError(error.message, EXIT.badInput, { cause: error });
  }
}
