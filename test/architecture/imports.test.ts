/** Who may import whom, and the bans of the style guide, read off the source itself. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const FILE_LINES_MAX = 300;

interface Source {
  path: string;
  text: string;
  imports: string[];
}

const sources: Source[] = ['src', 'emulators'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => read(join(folder, name))),
);

function read(path: string): Source {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const found = [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)\b[^'"\n;]*?(?:\bfrom\s*)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]/g,
    ),
  ];
  const multiline = [...text.matchAll(/\}\s*from\s*['"]([^'"]+)['"]/g)];
  const imports = [...found, ...multiline].map((match) => match[1] ?? match[2] ?? '');
  return { path, text, imports: [...new Set(imports)] };
}

function own(source: Source): string[] {
  return source.imports
    .filter((name) => name.startsWith('.'))
    .map((name) => relative(ROOT, resolve(ROOT, dirname(source.path), name)));
}

interface Rule {
  from: RegExp;
  /** Places of ours it may import; `ROOM` stands for the importing file's own room. */
  may: (room: string) => RegExp;
}

const RULES: Rule[] = [
  { from: /^src\/kernel\//, may: () => /^src\/kernel\// },
  { from: /^src\/(ports|protocols|signing|policy)\//, may: () => /^src\/(kernel|ports|protocols|signing|policy)\// },
  { from: /^src\/gateway\//, may: () => /^src\/(gateway|kernel|ports)\// },
  { from: /^src\/console\//, may: () => /^src\/(console|kernel|ports)\// },
  { from: /^emulators\/eventbridge\/pattern\//, may: () => /^emulators\/eventbridge\/pattern\// },
  // What this room's services decide about is policies; src/policy is pure, as services are.
  { from: /^emulators\/ram\/service\//, may: () => /^(emulators\/ram\/|src\/(kernel|ports|policy)\/)/ },
  {
    from: /^emulators\/[\w-]+\/(service|store)\//,
    may: (room) => new RegExp(`^(emulators/${room}/|src/(kernel|ports)/)`),
  },
  {
    from: /^emulators\/[\w-]+\//,
    may: (room) => new RegExp(`^(emulators/${room}/|src/(kernel|ports|protocols|signing|policy)/)`),
  },
  { from: /^src\/cli\//, may: () => /^(src\/(cli|kernel|ports|signing)\/|src\/(stack|index)\.ts$)/ },
  { from: /^src\/stack/, may: () => /^(src\/|emulators\/[\w-]+\/index\.ts$|emulators\/oss\/store\/)/ },
];

test.each(sources.map((source) => [source.path, source] as const))(
  '%s imports only what its place allows',
  (_path, source) => {
    const rule = RULES.find(({ from }) => from.test(source.path));
    if (!rule) return expect(source.path).toMatch(/^src\/(boot|main|index)\.ts$/);
    const room = source.path.split('/')[1] ?? '';
    const allowed = rule.may(room);
    expect(own(source).filter((target) => !allowed.test(target))).toEqual([]);
  },
);

const PACKAGES: Record<string, RegExp> = {
  express: /^src\/console\//,
  execa: /^emulators\/fc\//,
  chokidar: /^emulators\/fc\//,
  '@fastify/busboy': /^emulators\/oss\/wire\//,
  minio: /^emulators\/oss\/store\//,
  croner: /^emulators\/eventbridge\/sources\//,
  selfsigned: /^emulators\/eventbridge\/store\//,
  lmdb: /^src\/kernel\/database\.ts$/,
};

test.each(Object.entries(PACKAGES))('%s is imported only where it belongs', (name, place) => {
  const offenders = sources.filter((source) => source.imports.includes(name) && !place.test(source.path));
  expect(offenders.map(({ path }) => path)).toEqual([]);
});

/** Runs inside the function's process, where user code shares the globals. */
const WORKER = /^emulators\/fc\/runtimes\//;

const BANS: { what: string; pattern: RegExp; except: RegExp; inComments?: boolean }[] = [
  { what: 'the host clock', pattern: /\bDate\.now\b|\bnew Date\(\s*\)/, except: /^src\/kernel\/clock\.ts$/ },
  { what: 'host timers', pattern: /\bset(Timeout|Interval)\(/, except: /^src\/kernel\/clock\.ts$/ },
  { what: 'unseeded chance', pattern: /\bMath\.random\b/, except: /^src\/kernel\/random\.ts$/ },
  { what: 'random ids', pattern: /\brandom(UUID|Bytes)\b/, except: /^src\/kernel\/ids\.ts$/ },
  { what: 'process.env', pattern: /\bprocess\.env\b/, except: /^src\/(cli\/options|main)\.ts$/ },
  { what: 'process.exit', pattern: /\bprocess\.exit\(/, except: /^src\/main\.ts$/ },
  { what: 'default exports', pattern: /^export default\b/m, except: /^$/ },
  { what: 'the type any', pattern: /:\s*any\b|\bas any\b|<any>/, except: /^$/ },
  {
    what: 'silenced checks',
    // A text that is about control characters has to name them.
    pattern: /@ts-(ignore|expect-error|nocheck)|biome-ignore(?! lint\/suspicious\/noControlCharactersInRegex: )/,
    except: /^$/,
    inComments: true,
  },
];

test.each(BANS)('$what stays where it belongs', ({ pattern, except, inComments }) => {
  const offenders = sources.filter(
    ({ path, text }) =>
      !except.test(path) && !WORKER.test(path) && pattern.test(inComments ? text : withoutComments(text)),
  );
  expect(offenders.map(({ path }) => path)).toEqual([]);
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
}

test('no file is longer than a reader can hold', () => {
  const long = sources.filter(({ text }) => text.split('\n').length > FILE_LINES_MAX + 1);
  expect(long.map(({ path }) => path)).toEqual([]);
});

test('every file says in its first line what it is for', () => {
  const silent = sources.filter(({ text }) => !/^(#!.*\n)?\/(\*\*|\/)(\n \*)? ?\S/.test(text));
  expect(silent.map(({ path }) => path)).toEqual([]);
});

test('only rooms with a door stand under emulators', () => {
  const rooms = readdirSync(join(ROOT, 'emulators'));
  const doors = sources.map(({ path }) => path).filter((path) => /^emulators\/[\w-]+\/index\.ts$/.test(path));
  expect(doors.map((path) => path.split('/')[1]).sort()).toEqual(rooms.sort());
});
