import { createRoleJudge } from '../../measurement/silence-roles';
import { madeSilence } from './made-silence';

const blackout = madeSilence(65_000, 200);
const judge = createRoleJudge({
  background: { fromMs: 0, untilMs: 60_000 },
  migrations: [
    { vm: 'g1', requestedAtMs: 62_000, finishedAtMs: 66_000 },
    { vm: 'g2', requestedAtMs: 70_000, finishedAtMs: 80_000 },
    { vm: 'g3', requestedAtMs: 72_000, finishedAtMs: 74_000 },
  ],
  blackouts: new Set([blackout]),
});

describe('createRoleJudge', () => {
  it.each([
    ['blackout', blackout, 'vm'],
    ['background', madeSilence(59_000, 40), 'vm'],
    ['brownout', madeSilence(63_000, 40), 'vm'],
    ['brownout', madeSilence(70_500, 40), 'vm'],
    ['collateral', madeSilence(71_500, 40), 'vm'],
    ['collateral', madeSilence(79_000, 40), 'vm'],
    ['other', madeSilence(80_500, 40), 'vm'],
    ['other', madeSilence(61_000, 40), 'vm'],
    ['collateral', madeSilence(63_000, 40, { target: 'g2' }), 'vm'],
    ['brownout', madeSilence(84_000, 40, { target: 'g2' }), 'vm'],
    ['background', madeSilence(1_000, 40, { target: 'h1' }), 'host'],
    ['collateral', madeSilence(63_000, 40, { target: 'h1' }), 'host'],
    ['other', madeSilence(90_000, 40, { target: 'h1' }), 'host'],
  ] as const)('%s: %j of a %s', (role, silence, kind) => {
    expect(judge(silence, kind)).toBe(role);
  });
});
