import { createHash } from 'node:crypto';

/** A folder name of at most 63 plain characters for a campaign id; different ids have different names. */
export function campaignFolder(campaignId: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(campaignId)) return campaignId;
  const readable = campaignId.replaceAll(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '');
  return `${readable.slice(0, 40)}-${createHash('sha256').update(campaignId).digest('hex').slice(0, 16)}`;
}
