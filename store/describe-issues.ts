import type { z } from 'zod';

const MOST_PROBLEMS = 5;

/** What is wrong with a document of the result directory, on one line: the first problems, each with its place. */
export function describeIssues({ issues }: z.ZodError): string {
  return issues
    .slice(0, MOST_PROBLEMS)
    .map((issue) => `${issue.path.join('.')}: ${issue.message}`)
    .join('; ');
}
