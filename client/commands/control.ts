import {
  ApplicationFailure,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
} from '@temporalio/client';
import { Command } from 'commander';
import { FAILURE } from '../../campaign/contract/failures';
import { MESSAGE, type ActionInput, type UpcomingAction } from '../../campaign/contract/messages';
import { nearestName } from '../../campaign/spec/nearest-name';
import { withClient } from '../connect';
import { CommandError, EXIT } from '../exit';
import { causeText, isUnreachable } from '../failure-text';
import { findCampaign, type FoundCampaign } from '../find-campaign';
import { describeUnpolled, unpolledQueues } from '../find-workers';
import { askProgress } from '../follow-campaign';
import { droverHome } from '../home';

const ANSWER_WITHIN_MS = 30_000;

type Verb = 'pause' | 'resume' | 'skip' | 'retry' | 'abort' | 'cancel';

/** `drover pause | resume | skip | retry | abort | cancel ID`: tells a running campaign what to do and prints its answer. */
export function controlCommands(): readonly Command[] {
  return [
    command('pause', 'start nothing more until "resume"; running migrations go on'),
    command('resume', 'go on after a pause; everything later moves by its length'),
    withAction('skip', 'leave out an action that is not armed yet'),
    withAction('retry', 'try a migration that ended without success once more, at once'),
    command(
      'abort',
      'end a campaign early: running migrations end by themselves, then agents are removed and it reports',
    ),
    command('cancel', 'end a campaign now: running migrations are cancelled, then agents are removed and it reports'),
  ];
}

function command(verb: Verb, description: string): Command {
  return new Command(verb)
    .description(description)
    .argument('<id>', 'campaign, as "drover status" lists it')
    .action(async (id: string) => tellCampaign(id, verb, []));
}

function withAction(verb: Verb, description: string): Command {
  return new Command(verb)
    .description(description)
    .argument('<id>', 'campaign, as "drover status" lists it')
    .argument('<action>', 'action of its plan, such as a00003')
    .action(async (id: string, action: string) => tellCampaign(id, verb, [{ action }]));
}

async function tellCampaign(id: string, verb: Verb, args: [] | [ActionInput]): Promise<void> {
  await withClient(droverHome(), async (client) => {
    const found = await findCampaign(client, id);
    if (found.description.status.name !== 'RUNNING') throw isOver(id, found.description.status.name);
    await requireWorker(client, null);
    const progress = await askProgress(found.handle);
    // What an action is, an activity on the site's own queue looks up.
    if (args.length > 0 && progress !== null) await requireWorker(client, progress.site);
    console.log(await send(found, verb, args));
  });
}

async function send(found: FoundCampaign, verb: Verb, args: [] | [ActionInput]): Promise<string> {
  const { handle } = found;
  try {
    return await handle.client.withDeadline(Date.now() + ANSWER_WITHIN_MS, async () =>
      args.length === 0
        ? handle.executeUpdate<string, []>(MESSAGE[verb])
        : handle.executeUpdate<string, [ActionInput]>(MESSAGE[verb], { args }),
    );
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw isOver(handle.workflowId, 'already');
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isUnreachable(error))
      throw new CommandError(
        `no answer within ${String(ANSWER_WITHIN_MS / 1_000)} s: no worker took up the request, or the server is away. It may still be carried out; "drover status ${handle.workflowId}" shows it`,
        EXIT.unreachable,
        { cause: error },
      );
    if (!(error instanceof WorkflowUpdateFailedError)) throw error;
    if (error.cause instanceof ApplicationFailure && error.cause.type === FAILURE.unknownAction)
      throw new CommandError(causeText(error) + (await guess(found, args[0]?.action ?? '')), EXIT.badInput, {
        cause: error,
      });
    throw new CommandError(`refused: ${causeText(error)}`, EXIT.failed, { cause: error });
  }
}

/** The action that was probably meant, among those that are about to come or were lately. */
async function guess({ handle }: FoundCampaign, wanted: string): Promise<string> {
  const upcoming = await handle.query<readonly UpcomingAction[]>(MESSAGE.actions).catch(() => []);
  const progress = await askProgress(handle);
  const ids = [
    ...(progress?.last ?? []).map(({ actionId }) => actionId),
    ...(progress?.running ?? []).map(({ actionId }) => actionId),
    ...upcoming.map(({ action }) => action.id),
  ];
  const nearest = nearestName(wanted, ids);
  return nearest === undefined ? '' : ` (did you mean "${nearest}"?)`;
}

async function requireWorker(client: Client, site: string | null): Promise<void> {
  const idle = describeUnpolled(await unpolledQueues(client.workflow, site));
  if (idle !== null) throw new CommandError(`nothing was changed: ${idle}`, EXIT.unreachable);
}

function isOver(id: string, how: string): CommandError {
  const text = how === 'already' ? 'has just ended' : `is over (${how.toLowerCase().replace('_', ' ')})`;
  return new CommandError(`refused: campaign ${id} ${text}; "drover status ${id}" shows its results`, EXIT.failed);
}
