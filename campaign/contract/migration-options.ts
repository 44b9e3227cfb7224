/** What a migration is started with: post-copy at its deadline has to be allowed from the beginning. */
export function migrationOptions<T extends object>(
  options: T,
  { onDeadline }: { readonly onDeadline: string },
): T & { readonly allowPostCopy?: true } {
  return onDeadline === 'post-copy' ? { ...options, allowPostCopy: true } : options;
}
