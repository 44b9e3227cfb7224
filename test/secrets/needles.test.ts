import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { makeKeyPair } from '../remote/ssh-server';
import { keyNeedles, needlesIn, pemNeedles, textNeedles } from './needles';
import { searchFiles } from './search-files';

const key = makeKeyPair().private;
const needles = [...keyNeedles('a key', key), ...textNeedles('a password', 'correct horse battery staple')];
const lines = key.split('\n').slice(2, -3);

test('a secret is found in every form, whatever surrounds it', () => {
  const forms = (text: string, before: Buffer, after: Buffer): readonly Buffer[] => {
    const bytes = Buffer.concat([before, Buffer.from(text), after]);
    return [bytes, ...['hex', 'base64'].map((encoding) => Buffer.from(bytes.toString(encoding as 'hex')))];
  };
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 9 }), fc.uint8Array({ maxLength: 9 }), (before, after) => {
      for (const text of [...lines, 'correct horse battery staple'])
        for (const form of forms(text, Buffer.from(before), Buffer.from(after)))
          expect(needlesIn(form, needles)).not.toEqual([]);
    }),
  );
});

test('the seed alone is found, and neither the public half nor another key', () => {
  const pair = makeKeyPair();
  const own = keyNeedles('a key', pair.private);
  const raw = Buffer.from(pair.private.replaceAll(/^-----.*$|\n/gm, ''), 'base64');
  expect(needlesIn(raw, own)).toEqual(['a key, seed']);
  expect(needlesIn(Buffer.from(raw.toString('hex')), own)).toEqual(['a key, seed, in hex']);
  expect(needlesIn(Buffer.from(pair.public), own)).toEqual([]);
  expect(needlesIn(Buffer.from(makeKeyPair().private), own)).toEqual([]);
});

test('a key in PEM is found by a line and by its number, and its public half is not', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const own = pemNeedles('a key', privateKey);
  expect(needlesIn(Buffer.from(privateKey), own)).toEqual(['a key, line 2', 'a key, line 3', 'a key, line 4']);
  const der = Buffer.from(privateKey.replaceAll(/^-----.*$|\n/gm, ''), 'base64');
  expect(needlesIn(der, own)).toEqual(['a key, number']);
  expect(needlesIn(Buffer.from(publicKey), own)).toEqual([]);
});

describe('in files', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'drover-needles-'));
    mkdirSync(join(folder, 'below'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('nothing where there is nothing', async () => {
    writeFileSync(join(folder, 'plain.json'), '{"key":"file:/etc/drover/key"}');
    expect(await searchFiles(folder, needles)).toEqual([]);
  });

  test('a line of a key in a log, and a password in base64 in JSON', async () => {
    writeFileSync(join(folder, 'below', 'worker.log'), `warn: ${JSON.stringify({ key })}`);
    writeFileSync(join(folder, 'state.json'), JSON.stringify({ data: btoa('x: correct horse battery staple') }));
    const found = await searchFiles(folder, needles);
    expect(found).toContainEqual(expect.stringMatching(/below\/worker\.log: a key, line 2$/));
    expect(found).toContainEqual(expect.stringMatching(/state\.json: a password, in base64 after 0$/));
  });

  test('a value in a compressed Parquet file, whose bytes do not show it', async () => {
    const file = join(folder, 'rows.parquet');
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const text = (lines[0] ?? '').repeat(3);
    await connection.run(
      `COPY (SELECT i, 'error: ' || i || '${text}' AS error FROM range(500) r(i)) TO '${file}' (FORMAT parquet, COMPRESSION zstd)`,
    );
    connection.closeSync();
    instance.closeSync();
    expect(await searchFiles(folder, needles)).toContainEqual(expect.stringContaining('rows.parquet (values): a key'));
  });
});
