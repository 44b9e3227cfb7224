import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planCommand } from '../../../client/commands/plan';

async function run(...args: string[]): Promise<string> {
  const written: string[] = [];
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  try {
    await planCommand().parseAsync(args, { from: 'user' });
  } finally {
    write.mockRestore();
  }
  return written.join('');
}

test('prints a table for people', async () => {
  const text = await run('examples/plain-list.yaml');
  expect(text).toBe(`Placement
  h1: g1, g2
  h2: (no VM)
  h3: g3, g4

action  due                what
first   0 s                migrate g1 to h2
a00002  20 s               migrate g3 to h2
a00003  5 s after a00002   migrate g1 to h1
a00004  5 s after a00003   migrate g3 to h3
a00005  10 s after a00004  end

5 actions, 4 of them migrations
`);
});

test('prints JSON in the published shape, also of a script', async () => {
  const plan = JSON.parse(await run('examples/paper-script.txt', '--json')) as { placement: object; actions: object[] };
  expect(plan.placement).toEqual({ h1: ['g1', 'g2'], h2: [], h3: ['g3', 'g4'] });
  expect(plan.actions[0]).toEqual({ id: 'a00001', kind: 'add-clients', due_ms: 0, client_type: 'cpu', count: 4 });
  expect(plan.actions.at(-1)).toEqual({ id: 'a00007', kind: 'end', due_ms: 140_500 });
  const list = JSON.parse(await run('examples/plain-list.yaml', '--json')) as { actions: object[] };
  expect(list.actions[2]).toEqual({
    id: 'a00003',
    kind: 'migrate',
    after: 'a00002',
    pause_ms: 5_000,
    vm: 'g1',
    to: 'h1',
  });
});

test('refuses bad input with every problem and exit code 2', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'drover-plan-'));
  const file = join(folder, 'bad.yaml');
  writeFileSync(file, 'site: lab\nplacement: { h1: [g1], h2: [g1] }\npattern: { kind: stair }\n');
  await expect(run(file)).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(/:2:29: placement\.h2\[0\].*\n.*:3:18: pattern\.kind/) as string,
  });
  rmSync(folder, { recursive: true });
  await expect(run('no-such-file.yaml')).rejects.toMatchObject({ exitCode: 2 });
});
