import type { FuzzKind } from './fuzz-kind';
import { chunkFiles } from './kinds/chunk-files';
import { probePackets } from './kinds/probe-packets';
import { resultFiles } from './kinds/result-files';
import { scripts } from './kinds/scripts';
import { siteFiles } from './kinds/site-files';
import { specs } from './kinds/specs';
import { virshOutput } from './kinds/virsh-output';

/** Kinds of input that are read in memory: thousands of cases a second. */
export const quickKinds: readonly FuzzKind[] = [specs, scripts, siteFiles, virshOutput, probePackets, chunkFiles];

/** All kinds, also those that need a directory and a database for each case. */
export const kinds: readonly FuzzKind[] = [...quickKinds, resultFiles];
