import type { Placement } from '../plan/plan';
import { MOST_ACTIONS } from './most-actions';
import { formatPath } from './problem-path';
import type { ParsedPattern } from './pattern-schema';
import type { Problem } from './problems';
import { unknownName } from './unknown-name';

type Kind<K extends ParsedPattern['kind']> = Extract<ParsedPattern, { kind: K }>;
type Found = readonly Problem[];

/** What is wrong with a pattern on this placement. */
export function patternProblems(pattern: ParsedPattern, placement: Placement): Found {
  const hosts = new Map(Object.entries(placement));
  switch (pattern.kind) {
    case 'staircase':
      return staircaseProblems(pattern, hosts);
    case 'ring':
      return ringProblems(pattern, hosts);
    case 'cycle':
      return cycleProblems(pattern, hosts);
    case 'evacuate':
      return evacuateProblems(pattern, hosts);
  }
}

type Hosts = ReadonlyMap<string, readonly string[]>;

function staircaseProblems({ target, upTo, every, reverse, repeats }: Kind<'staircase'>, hosts: Hosts): Found {
  const general = [...paceProblems({ every }), ...repeatProblems(repeats, reverse, 'reverse')];
  const there = hosts.get(target)?.length;
  if (there === undefined) return [...general, ...unknownHost('target', target, hosts)];
  const placed = allVms(hosts).length;
  const upToProblem = (message: string): Problem => ({
    path: 'pattern.upTo',
    message,
    found: String(upTo),
    allowed: `${there + 1} to ${placed}`,
  });
  if (placed > there && upTo > placed)
    return [...general, upToProblem(`${placed} VM(s) are placed, ${placed - there} of them outside ${target}`)];
  if (placed === there) return [...general, { path: 'pattern.target', message: `all VMs are on ${target} already` }];
  if (upTo <= there)
    return [...general, upToProblem(`${target} starts with ${there} VM(s) already: nothing would migrate`)];
  return [...general, ...tooMany((upTo - there) * (reverse ? 2 : 1) * repeats)];
}

function ringProblems({ rounds, migrations, concurrent, every, pause }: Kind<'ring'>, hosts: Hosts): Found {
  const problems = [...paceProblems({ every, pause })];
  const vms = allVms(hosts).length;
  if ((rounds === undefined) === (migrations === undefined))
    problems.push({ path: 'pattern', message: 'a ring needs exactly one of "rounds" and "migrations"' });
  if (hosts.size < 2) problems.push({ path: 'placement', message: 'a ring needs at least two hosts' });
  if (concurrent > vms)
    problems.push({
      path: 'pattern.concurrent',
      message: `${vms} VM(s) are placed`,
      found: String(concurrent),
      allowed: `1 to ${vms}`,
    });
  return [...problems, ...tooMany((rounds ?? 0) * vms)];
}

function cycleProblems({ vm, hosts: order, every, pause }: Kind<'cycle'>, hosts: Hosts): Found {
  const vms = allVms(hosts);
  const problems = [...paceProblems({ every, pause }), ...hostListProblems('hosts', order ?? [], hosts)];
  if (!vms.includes(vm)) problems.push({ path: 'pattern.vm', ...unknownName('VM', vm, vms) });
  if (hosts.size < 2) problems.push({ path: 'placement', message: 'a cycle needs at least two hosts' });
  return problems;
}

function evacuateProblems({ host, to, back, repeats, every, pause }: Kind<'evacuate'>, hosts: Hosts): Found {
  const problems = [
    ...paceProblems({ every, pause }),
    ...hostListProblems('to', to ?? [], hosts),
    ...repeatProblems(repeats, back, 'back'),
  ];
  const there = hosts.get(host);
  if (there === undefined) return [...problems, ...unknownHost('host', host, hosts)];
  if (there.length === 0) problems.push({ path: 'pattern.host', message: `${host} has no VM to give away` });
  if (to?.includes(host) === true)
    problems.push({
      path: formatPath(['pattern', 'to', to.indexOf(host)]),
      message: `${host} is the host to be evacuated`,
    });
  if (to === undefined && hosts.size < 2)
    problems.push({ path: 'placement', message: 'there is no other host to take the VMs' });
  return [...problems, ...tooMany(there.length * (back ? 2 : 1) * repeats)];
}

function paceProblems({ every, pause }: { every: number | undefined; pause?: number | undefined }): Problem[] {
  const problems: Problem[] = [];
  if (every === 0)
    problems.push({ path: 'pattern.every', message: 'is not valid', found: '0', allowed: 'more than 0' });
  if (every !== undefined && pause !== undefined)
    problems.push({ path: 'pattern.pause', message: 'at most one of "every" and "pause" can be given' });
  return problems;
}

function repeatProblems(repeats: number, returns: boolean, field: string): Problem[] {
  return repeats > 1 && !returns
    ? [{ path: 'pattern.repeats', message: `needs "${field}: true": the VMs must be back before the next round` }]
    : [];
}

function hostListProblems(field: string, names: readonly string[], hosts: Hosts): Problem[] {
  return names.flatMap((name, index): readonly Problem[] => {
    const path = formatPath(['pattern', field, index]);
    if (!hosts.has(name)) return [{ path, ...unknownName('host', name, [...hosts.keys()]) }];
    return names.indexOf(name) === index ? [] : [{ path, message: `${name} is listed twice` }];
  });
}

function unknownHost(field: string, name: string, hosts: Hosts): Problem[] {
  return [{ path: `pattern.${field}`, ...unknownName('host', name, [...hosts.keys()]) }];
}

function tooMany(migrations: number): Problem[] {
  return migrations > MOST_ACTIONS
    ? [
        {
          path: 'pattern',
          message: 'makes too many migrations',
          found: String(migrations),
          allowed: `at most ${MOST_ACTIONS}`,
        },
      ]
    : [];
}

function allVms(hosts: Hosts): readonly string[] {
  return [...hosts.values()].flat();
}
