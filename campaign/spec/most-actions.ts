/** Actions that one plan may have. */
export const MOST_ACTIONS = 10_000;
