import { readFileSync, writeFileSync } from 'node:fs';

const PLATFORM =
  /(android|darwin|freebsd|linux|openharmony|win32)-(arm64|arm|ia32|loong64|ppc64|riscv64|s390x|x64)(?:-(gnu|glibc|musl))?(?![a-z])/;

/**
 * Adds to a lockfile the programs for other platforms that npm left out because the registry it was made with does not
 * have them; without them `npm ci` refuses the lockfile everywhere. They carry no checksum.
 * Run it after every change of package-lock.json: `node setup/complete-lock.mjs`.
 * @param {Record<string, any>} packages `packages` of package-lock.json
 * @returns {Record<string, any>} the same with the missing entries, sorted as npm does
 * @throws {Error} when a missing package's name does not tell its platform
 */
export function completeLock(packages) {
  const complete = { ...packages };
  for (const [path, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (isThere(packages, path, name)) continue;
      const [, os, cpu, libc] = PLATFORM.exec(name) ?? [];
      if (os === undefined) throw new Error(`package-lock.json lacks ${name}, and its name does not tell its platform`);
      const only = os === 'linux' && libc !== undefined ? { libc: [libc === 'musl' ? 'musl' : 'glibc'] } : {};
      const dev = entry.dev === true ? { dev: true } : {};
      complete[`node_modules/${name}`] = { version, cpu: [cpu], ...dev, ...only, optional: true, os: [os] };
    }
  }
  return Object.fromEntries(Object.entries(complete).sort(([a], [b]) => a.localeCompare(b, 'en')));
}

/** Whether a package's dependency resolves, looking upwards through node_modules as Node does. */
function isThere(packages, path, name) {
  for (let base = path; ; base = base.slice(0, Math.max(0, base.lastIndexOf('/node_modules/')))) {
    if (packages[`${base === '' ? '' : `${base}/`}node_modules/${name}`] !== undefined) return true;
    if (base === '') return false;
  }
}

if (import.meta.filename === process.argv[1]) {
  const path = new URL('../package-lock.json', import.meta.url);
  const lock = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, `${JSON.stringify({ ...lock, packages: completeLock(lock.packages) }, null, 2)}\n`);
}
