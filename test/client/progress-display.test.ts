import { lineDisplay } from '../../client/progress-display';
import { madeEnded, madeProgress, NOW_MS } from './made-progress';

test('writes a line for every change, every migration once, and one every half minute', () => {
  const lines: string[] = [];
  let nowMs = NOW_MS;
  const display = lineDisplay(
    (line) => lines.push(line),
    () => nowMs,
  );
  display.show(madeProgress({ phase: 'preflight', actionCount: 0, next: null }));
  display.show(madeProgress({ phase: 'preflight', actionCount: 0, next: null }));
  display.show(madeProgress({ last: [madeEnded()] }));
  display.say('the campaign waits: no worker');
  display.say('the campaign waits: no worker');
  nowMs += 29_000;
  display.show(madeProgress({ last: [madeEnded()] }));
  nowMs += 1_000;
  display.show(madeProgress({ last: [madeEnded()], stop: null, next: null }));
  display.show(madeProgress({ last: [madeEnded()], stop: 'abort', next: null }));
  expect(lines).toEqual([
    'preflight',
    '  a00001 g1 h1 to h2: succeeded, migration time 1.23 s, downtime by the hypervisor 41 ms, lateness 3.0 ms',
    'running; 3 of 10 actions done; next g4 to h3 in 20 s',
    'the campaign waits: no worker',
    'running; 3 of 10 actions done',
    'running; aborted on request: running migrations end by themselves; 3 of 10 actions done',
  ]);
});
