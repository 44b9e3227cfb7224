import { Client, Connection, isGrpcServiceError } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { findDevServer } from './dev-server';
import { CommandError, EXIT } from './exit';

/** How Temporal is reached: its own profile or environment first, else drover's dev server, else the default address. */
export function temporalEnvironment(home: string): NodeJS.ProcessEnv {
  const { connectionOptions } = loadClientConnectConfig();
  const own = connectionOptions.address === undefined ? findDevServer(home) : null;
  return own === null ? process.env : { ...process.env, TEMPORAL_ADDRESS: own.address };
}

/** Connects to Temporal. @throws CommandError (exit code 3) that names the address and what to do */
export async function connect(home: string): Promise<Client> {
  const { connectionOptions, namespace } = loadClientConnectConfig();
  const address = temporalEnvironment(home)['TEMPORAL_ADDRESS'] ?? connectionOptions.address ?? 'localhost:7233';
  try {
    const connection = await Connection.connect({ ...connectionOptions, address });
    return new Client({ connection, ...(namespace === undefined ? {} : { namespace }) });
  } catch (error) {
    const cause = isGrpcServiceError(error) ? error.details : error instanceof Error ? error.message : String(error);
    const message = `no Temporal server at ${address} (${cause}); start one with "npx drover server", or set TEMPORAL_ADDRESS`;
    throw new CommandError(message, EXIT.unreachable, { cause: error });
  }
}
