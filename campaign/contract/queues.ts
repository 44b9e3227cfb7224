/** Task queue of all workflows, and of the activity that validates a spec before its site is known. */
export const WORKFLOW_QUEUE = 'drover';

/** The two activity queues of a site; a long activity on the first never delays an armed one. */
export interface SiteQueues {
  readonly activities: string;
  readonly armed: string;
}

/** Names the activity queues of a site. */
export function siteQueues(site: string): SiteQueues {
  return { activities: `${WORKFLOW_QUEUE}-${site}`, armed: `${WORKFLOW_QUEUE}-${site}-armed` };
}
