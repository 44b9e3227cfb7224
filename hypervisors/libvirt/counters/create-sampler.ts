import type { SampleHarvest, SampleRequest } from '../../counter-types';
import { makeReadings, NO_FRAMES, type Frame, type FrameState } from './make-readings';

/** Reads what the recorder of a host kept since a cursor; structurally what agents/ offer. */
export type ReadFrames = (
  campaignId: string,
  host: string,
  cursor: string | null,
) => Promise<{
  readonly frames: readonly Frame[];
  readonly cursor: string;
  readonly more: boolean;
  readonly lost: boolean;
}>;

/** Counters of a libvirt site: each host's recorder has those of the host and of the VMs on it. */
export function createLibvirtSampler(read: ReadFrames): {
  sources(hosts: readonly string[]): readonly string[];
  collect(request: SampleRequest): Promise<SampleHarvest>;
} {
  return {
    sources: (hosts) => hosts,
    collect: async ({ campaignId, source, cursor: cursorText }) => {
      const before = parseCursor(cursorText);
      const reading = await read(campaignId, source, before.recorder);
      const broken = reading.lost
        ? `what the recorder on ${source} had kept was deleted or damaged before it was collected`
        : null;
      const state = { ...before.state, broken: broken ?? before.state.broken };
      const made = makeReadings(source, state, reading.frames);
      const cursor: Cursor = { recorder: reading.cursor, state: made.state };
      const { readings, notes } = made;
      return { readings, notes, cursor: JSON.stringify(cursor), more: reading.more, lastTickMs: made.state.lastTickMs };
    },
  };
}

interface Cursor {
  readonly recorder: string | null;
  readonly state: FrameState;
}

function parseCursor(text: string | null): Cursor {
  return text === null ? { recorder: null, state: NO_FRAMES } : (JSON.parse(text) as Cursor);
}
