import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { findInBackground, isRunning, logPath, startInBackground, stopInBackground } from '../background-process';
import { simulatedPaths } from './simulated-paths';

const NAME = 'data-centre';
const START_WITHIN_MS = 20_000;
const STOP_WITHIN_MS = 5_000;

/** Starts the process of a lab that is described, or goes on with it after a crash. @returns the address of its HTTP interface @throws Error */
export async function startDataCentre(name: string): Promise<string> {
  const { directory } = simulatedPaths(name);
  const started = startInBackground(directory, NAME, [process.execPath, programPath(), directory], null, {});
  const untilMs = Date.now() + START_WITHIN_MS;
  while (isRunning(started) && Date.now() < untilMs) {
    const url = await dataCentreUrl(name);
    if (url !== null) return url;
    await sleep(50);
  }
  const log = readFileSync(logPath(directory, NAME), 'utf8').trim().split('\n').slice(-3).join('; ');
  await stopDataCentre(name);
  throw new Error(`the simulated data centre ${name} did not start: ${log || 'it printed nothing'}`);
}

/** Ends the process, if it runs. */
export async function stopDataCentre(name: string): Promise<void> {
  await stopInBackground(simulatedPaths(name).directory, NAME, STOP_WITHIN_MS);
}

/** The process of a lab, null if it does not run. */
export function dataCentrePid(name: string): number | null {
  return findInBackground(simulatedPaths(name).directory, NAME)?.pid ?? null;
}

/** The address of a lab's HTTP interface if it answers by the lab's name. */
export async function dataCentreUrl(name: string): Promise<string | null> {
  const { ports } = simulatedPaths(name);
  if (!existsSync(ports)) return null;
  const { http } = JSON.parse(readFileSync(ports, 'utf8')) as { http: number };
  const url = `http://127.0.0.1:${String(http)}`;
  const inventory = await fetch(new URL('/inventory', url), { signal: AbortSignal.timeout(2_000) })
    .then(async (response) => (await response.json()) as { name?: unknown })
    .catch(() => null);
  return inventory?.name === name ? url : null;
}

function programPath(): string {
  const path = require
    .resolve('drover/package.json')
    .replace(/package\.json$/, 'dist/hypervisors/simulated/data-centre/main.js');
  if (!existsSync(path)) throw new Error(`${path} is missing: run "npm run build"`);
  return path;
}
