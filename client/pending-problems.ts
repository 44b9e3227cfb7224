/** The part of a workflow's description that tells of activities under way. */
export interface PendingDescription {
  readonly pendingActivities?:
    | readonly {
        readonly activityType?: { readonly name?: string | null } | null;
        readonly attempt?: number | null;
        readonly lastFailure?: { readonly message?: string | null } | null;
      }[]
    | null;
}

/** One line for each activity that failed and is tried again. */
export function pendingProblems({ pendingActivities }: PendingDescription): readonly string[] {
  return (pendingActivities ?? []).flatMap(({ activityType, attempt, lastFailure }) => {
    const message = lastFailure?.message ?? '';
    if (message === '') return [];
    return [`${activityType?.name ?? 'an activity'} is tried again (attempt ${String(attempt ?? 0)}): ${message}`];
  });
}
