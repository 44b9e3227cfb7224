import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { readConfig } from './config';
import { openDataCentre } from './data-centre';
import { serveHttp } from './http/serve-http';
import { serveEchoes } from './udp/serve-echoes';
import type { Ports } from './views';

const HTTP = 'http';
const LOOK_EVERY_MS = 1_000;

/** The process of a simulated data centre: `main.js DIRECTORY`, which holds simulated.json; ends when that is gone. */
async function main(directory: string | undefined): Promise<void> {
  if (directory === undefined) throw new Error('usage: main.js DIRECTORY');
  const configPath = join(directory, 'simulated.json');
  const portsPath = join(directory, 'ports.json');
  const dataCentre = openDataCentre(readConfig(configPath), directory);
  // An earlier process's ports stand in site files and in what probers were told.
  const known = existsSync(portsPath) ? (JSON.parse(readFileSync(portsPath, 'utf8')) as Ports) : {};
  const ports = await serveEchoes(dataCentre, known);
  const server = await serveHttp(dataCentre, ports, known[HTTP] ?? 0);
  const { port } = server.address() as AddressInfo;
  writeFileSync(`${portsPath}.new`, JSON.stringify({ ...ports, [HTTP]: port }), { mode: 0o600 });
  renameSync(`${portsPath}.new`, portsPath);
  console.log(`${new Date().toISOString()} serving http://127.0.0.1:${String(port)}`);
  // Nobody may be left to end a data centre whose lab is gone.
  setInterval(() => {
    if (!existsSync(configPath)) process.exit(0);
  }, LOOK_EVERY_MS);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(0));
}

main(process.argv[2]).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
});
