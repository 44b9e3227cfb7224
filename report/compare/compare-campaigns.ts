import { compareFigures } from './compare-figures';
import type { CompareInput, Comparison } from './compare-input';
import { findDifferences } from './find-differences';

/** Compares two campaigns, for every form in which that is shown. */
export function compareCampaigns(input: CompareInput): Comparison {
  const { first, second } = input;
  return {
    ...input,
    figures: compareFigures(first.migrations, second.migrations),
    differences: findDifferences(first, second),
  };
}
