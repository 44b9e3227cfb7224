/** One migration that a peer requests, and when. */
export interface PeerAction {
  readonly id: string;
  readonly vm: string;
  readonly from: string;
  readonly to: string;
  /** Offset from its time zero. */
  readonly atMs: number;
}

/** What a peer's process is told: the data centre's address, the Temporal server's, and what it is to do. */
export interface PeerInput {
  readonly url: string;
  readonly address: string;
  readonly actions: readonly PeerAction[];
  /** Migrations at a time; for those that keep no times. */
  readonly concurrent?: number;
}

/** Requests a migration of the simulated data centre as drover's driver does. @throws Error if it is refused */
export async function requestMigration(url: string, { id, vm, from, to }: PeerAction): Promise<void> {
  const response = await fetch(new URL('/commands', url), {
    method: 'POST',
    body: JSON.stringify({ do: 'start', id, vm, from, to, origin: 'other' }),
  });
  if (!response.ok) throw new Error(`${id} was refused: ${await response.text()}`);
}

/** Waits for the end of a migration, by long polls as drover's driver does. */
export async function awaitMigration(url: string, id: string): Promise<void> {
  for (;;) {
    const response = await fetch(new URL(`/migrations/${encodeURIComponent(id)}?waitMs=500`, url));
    if (!response.ok) throw new Error(`${id}: ${await response.text()}`);
    const { end } = (await response.json()) as { readonly end: unknown };
    if (end !== null) return;
  }
}
