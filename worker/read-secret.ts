import { readFile } from 'node:fs/promises';

/** A secret, or the known_hosts file beside it, that a site file refers to and that cannot be had; the message names the reference, never the secret. */
export class SecretError extends Error {
  override readonly name = 'SecretError';
}

/** Reads what `env:NAME` or `file:PATH` stands for. @throws SecretError */
export async function readSecret(reference: string): Promise<string> {
  const [, kind, rest = ''] = /^(env|file):(.*)$/s.exec(reference) ?? [];
  if (kind === 'env') {
    const value = process.env[rest];
    if (value === undefined || value === '') throw new SecretError(`the environment variable ${rest} is not set`);
    return value;
  }
  return readFile(rest, 'utf8').catch((error: unknown) => {
    throw new SecretError(`${rest} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  });
}
