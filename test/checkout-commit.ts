import { execFileSync } from 'node:child_process';

/** The commit of this checkout; `+` if the checkout differs from it. */
export function checkoutCommit(): string {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, { cwd: __dirname, encoding: 'utf8' }).trim();
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no') !== '';
    return `${git('rev-parse', '--short=12', 'HEAD')}${changed ? '+' : ''}`;
  } catch {
    return 'unknown (no git checkout)';
  }
}
