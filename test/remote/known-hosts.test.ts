import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkHostKey, knownKeyTypes } from '../../remote/known-hosts';
import { hashHost, makeKeyPair } from './ssh-server';

const key = makeKeyPair().public.trim();
const other = makeKeyPair().public.trim();
const wire = Buffer.from(key.split(' ')[1] ?? '', 'base64');

describe('checkHostKey', () => {
  test.each([
    ['a plain name', `h1 ${key}`, 'h1', 22, 'known'],
    ['a name in another case', `H1 ${key}`, 'h1', 22, 'known'],
    ['a name among several', `a,h1,10.0.0.1 ${key}`, '10.0.0.1', 22, 'known'],
    ['another port', `[h1]:2222 ${key}`, 'h1', 2222, 'known'],
    ['the plain name on another port', `h1 ${key}`, 'h1', 2222, 'unknown'],
    ['the hashed name', `${hashHost('h1')} ${key}`, 'h1', 22, 'known'],
    ['the hashed name with a port', `${hashHost('[h1]:2222')} ${key}`, 'h1', 2222, 'known'],
    ['another hashed name', `${hashHost('h2')} ${key}`, 'h1', 22, 'unknown'],
    ['a pattern', `*.lab ${key}`, 'h1.lab', 22, 'known'],
    ['a pattern whose dot is a dot', `h1.lab ${key}`, 'h1xlab', 22, 'unknown'],
    ['an exception to a pattern', `*.lab,!h1.lab ${key}`, 'h1.lab', 22, 'unknown'],
    ['another key', `h1 ${other}`, 'h1', 22, 'changed'],
    ['one of two keys', `h1 ${other}\nh1 ${key}`, 'h1', 22, 'known'],
    ['a revoked key', `@revoked * ${key}\nh1 ${key}`, 'h1', 22, 'revoked'],
    ['an authority, which is not a host key', `@cert-authority * ${key}`, 'h1', 22, 'unknown'],
    ['a comment', `# h1 ${key}`, 'h1', 22, 'unknown'],
    ['an unfinished line', 'h1 ssh-ed25519', 'h1', 22, 'unknown'],
    ['nothing', '', 'h1', 22, 'unknown'],
  ] as const)('%s', (_name, lines, host, port, verdict) => {
    expect(checkHostKey(lines, host, port, wire).verdict).toBe(verdict);
  });

  test('a file hashed by ssh-keygen is understood', () => {
    const directory = mkdtempSync(join(tmpdir(), 'drover-known-hosts-'));
    try {
      const file = join(directory, 'known_hosts');
      writeFileSync(file, `[h1]:2222 ${key}\n`);
      execFileSync('ssh-keygen', ['-q', '-H', '-f', file], { stdio: 'ignore' });
      const hashed = readFileSync(file, 'utf8');
      expect(hashed).not.toContain('h1]');
      expect(checkHostKey(hashed, 'h1', 2222, wire)).toEqual({ verdict: 'known', keyTypes: ['ssh-ed25519'] });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

test('knownKeyTypes lists the types of one machine without its revoked keys', () => {
  expect(
    knownKeyTypes(
      `h1 ${key}\nh1 ssh-rsa AAAA\n@revoked h1 ecdsa-sha2-nistp256 AAAA\nh2 ecdsa-sha2-nistp256 AAAA`,
      'h1',
      22,
    ),
  ).toEqual(['ssh-ed25519', 'ssh-rsa']);
});
