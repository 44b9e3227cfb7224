const SAFE = /^[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+=:,./-]*$/;

/**
 * One POSIX shell command line that hands every argument over unchanged.
 * @throws TypeError for an argument with a NUL, which no program can receive
 */
export function quote(args: readonly string[]): string {
  return args.map(quoteOne).join(' ');
}

function quoteOne(argument: string): string {
  if (argument.includes('\0'))
    throw new TypeError(`A shell argument cannot hold a NUL character: ${JSON.stringify(argument)}`);
  return SAFE.test(argument) ? argument : `'${argument.replaceAll("'", String.raw`'\''`)}'`;
}
