import { Command } from 'commander';
import { startDevServer, stopDevServer } from '../dev-server';
import { droverHome } from '../home';

/** `drover server`: the embedded Temporal dev server. */
export function serverCommand(): Command {
  return new Command('server')
    .description(
      "start drover's own Temporal server in the background, on free ports of this machine, or say where it runs",
    )
    .option('--stop', 'end it; its database stays')
    .action(async ({ stop }: { stop?: boolean }) => {
      const home = droverHome();
      if (stop === true) {
        await stopDevServer(home);
        console.log('The Temporal server is stopped; its database stays.');
        return;
      }
      const { address, uiUrl } = await startDevServer(home);
      console.log(`Temporal: ${address}\nTemporal UI: ${uiUrl}`);
    });
}
