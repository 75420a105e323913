/** What is known of a suite's checkout: its revision, and the Python to run it with. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The package's version, and the commit when the folder is a clone's. */
export function revisionOf(folder, version) {
  if (!existsSync(join(folder, '.git'))) return version;
  const { status, stdout } = spawnSync('git', ['-C', folder, 'rev-parse', '--short=12', 'HEAD'], { encoding: 'utf8' });
  return status === 0 ? `${version}, commit ${stdout.trim()}` : version;
}

/** The suite's own virtual environment when it has one. */
export function pythonOf(folder) {
  const own = join(folder, '.venv/bin/python');
  return existsSync(own) ? own : 'python3';
}

/** The modules a Python lacks. */
export function missingModules(python, modules) {
  return modules.filter((name) => spawnSync(python, ['-c', `import ${name}`], { stdio: 'ignore' }).status !== 0);
}

/** `only`: parts of names, of which one is enough; none: every file. */
export function isWanted(name, only) {
  return only.length === 0 || only.some((part) => name.includes(part));
}
