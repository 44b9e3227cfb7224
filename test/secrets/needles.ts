import { createPrivateKey } from 'node:crypto';
import { utils } from 'ssh2';

/** A form of a secret that must be found nowhere; `name` says which, and never holds it. */
export interface Needle {
  readonly name: string;
  readonly bytes: Buffer;
}

/** The first line of every Ed25519 key without a passphrase is the same. */
const SAME_IN_ALL = /^(-----|b3BlbnNzaC1rZXkt)/;
/** Shorter pieces turn up by chance. */
const SHORTEST = 16;
const PUBLIC_BYTES = 32;
const SEED_BYTES = 32;

/** All forms of a text: as it is, in hex, and in base64 whatever stands before it. */
export function textNeedles(name: string, text: string): readonly Needle[] {
  return formsOf(name, Buffer.from(text));
}

/** All forms of an Ed25519 key in OpenSSH's format: of each of its lines, and of the secret bytes in it. */
export function keyNeedles(name: string, key: string): readonly Needle[] {
  return [...lineNeedles(name, key), ...formsOf(`${name}, seed`, seedOf(key))];
}

/** All forms of an elliptic-curve key in PEM: of each of its lines, and of the secret number in it. */
export function pemNeedles(name: string, key: string): readonly Needle[] {
  const { d = '' } = createPrivateKey(key).export({ format: 'jwk' });
  return [...lineNeedles(name, key), ...formsOf(`${name}, number`, Buffer.from(d, 'base64url'))];
}

function lineNeedles(name: string, key: string): readonly Needle[] {
  const lines = key.split('\n').filter((line) => line.length >= SHORTEST && !SAME_IN_ALL.test(line));
  return lines.flatMap((line, index) => textNeedles(`${name}, line ${index + 2}`, line));
}

/** Which needles are in these bytes, by name. */
export function needlesIn(haystack: Buffer, needles: readonly Needle[]): readonly string[] {
  return needles.filter(({ bytes }) => haystack.includes(bytes)).map(({ name }) => name);
}

function formsOf(name: string, bytes: Buffer): readonly Needle[] {
  return [
    { name, bytes },
    { name: `${name}, in hex`, bytes: Buffer.from(bytes.toString('hex')) },
    { name: `${name}, in upper-case hex`, bytes: Buffer.from(bytes.toString('hex').toUpperCase()) },
    ...[0, 1, 2].map((before) => ({ name: `${name}, in base64 after ${before}`, bytes: inBase64(bytes, before) })),
  ];
}

/** The base64 characters that do not depend on what surrounds the bytes, if `before` bytes of a group of three precede them. */
function inBase64(bytes: Buffer, before: number): Buffer {
  const skipped = (3 - before) % 3;
  const whole = bytes.subarray(skipped, bytes.length - ((bytes.length - skipped) % 3));
  return Buffer.from(whole.toString('base64'));
}

function seedOf(key: string): Buffer {
  const parsed = utils.parseKey(key);
  if (parsed instanceof Error) throw parsed;
  const publicBytes = parsed.getPublicSSH().subarray(-PUBLIC_BYTES);
  const bytes = Buffer.from(key.replaceAll(/^-----.*$|\n/gm, ''), 'base64');
  const end = bytes.lastIndexOf(publicBytes);
  return bytes.subarray(end - SEED_BYTES, end);
}
