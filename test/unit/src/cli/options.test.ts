/** Settings in layers: flags > environment > localyun.yaml > s.yaml > defaults; what can't be used is told in a sentence. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Flags, loadOptions, OptionsError } from '../../../../src/cli/options.ts';
import { writeExact } from '../../../../src/kernel/exact-json.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

let cwd: string;

beforeEach(() => {
  cwd = temporaryFolder();
});

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(join(cwd, name), text);
  }
}

function load(flags: Flags = {}, env: Record<string, string> = {}) {
  return loadOptions(flags, { cwd, env });
}

function problems(flags: Flags = {}, env: Record<string, string> = {}): readonly string[] {
  try {
    load(flags, env);
  } catch (error) {
    if (error instanceof OptionsError) return error.problems;
    throw error;
  }
  return [];
}

const template = (region: string) =>
  `edition: 3.0.0\nresources:\n  f:\n    component: fc3\n    props:\n      region: ${region}\n`;

describe('layers', () => {
  const layers: [string, string][] = [
    ['flags', 'cn-shenzhen'],
    ['the environment', 'cn-shanghai'],
    ['localyun.yaml', 'cn-hangzhou'],
    ['s.yaml', 'cn-hongkong'],
    ['defaults', 'cn-beijing'],
  ];

  test.each(layers.map(([name, region], at) => [name, region, at] as const))(
    '%s decide where nothing stands above them',
    (_name, region, at) => {
      if (at <= 3) write({ 's.yaml': template('cn-hongkong') });
      if (at <= 2) write({ 'localyun.yaml': 'region: cn-hangzhou\n' });
      const env = at <= 1 ? { LOCALYUN_REGION: 'cn-shanghai' } : {};
      const settings = at === 0 ? { region: 'cn-shenzhen' } : { region: undefined };
      expect(load({ settings }, env).config.region).toBe(region);
    },
  );

  test('of one object are merged key by key, lists are replaced whole', () => {
    write({
      'localyun.yaml':
        'coldStart: {mode: cloud, distribution: {nodejs: {p50: 1, p99: 2}}}\nbuckets: [{name: from-file}]\n',
    });
    const { config } = load({ settings: { buckets: [{ name: 'from-flag' }] } }, { LOCALYUN_COLD_START: 'off' });
    expect(config.coldStart).toEqual({ mode: 'off', distribution: { nodejs: { p50: 1, p99: 2 } } });
    expect(config.buckets).toEqual([{ name: 'from-flag', acl: 'private' }]);
  });

  test('keep all digits of an id that a pattern asks for', () => {
    const pattern = '{data: {id: [1234567890123456789, -9007199254740993, 7, 0x10]}}';
    write({
      'localyun.yaml': `eventBuses: [{name: shop, rules: [{name: r, filterPattern: ${pattern}, targets: []}]}]\n`,
    });
    expect(writeExact(load({}).config.eventBuses[0]?.rules[0]?.filterPattern)).toBe(
      '{"data":{"id":[1234567890123456789,-9007199254740993,7,16]}}',
    );
    write({ 'localyun.yaml': 'port: 12345678901234567890\n' });
    expect(() => load({})).toThrow(/port/);
  });

  test('in the environment are each read, and empty variables are none', () => {
    const env = {
      LOCALYUN_HOST: '::1',
      LOCALYUN_PORT: '0',
      LOCALYUN_AUTH: 'log',
      LOCALYUN_ACCOUNT_ID: '1000000001',
      LOCALYUN_SEED: '7',
      LOCALYUN_LOG_LEVEL: 'error',
      LOCALYUN_REGION: '',
      LOCALYUN_ACCESS_KEY_ID: 'id',
      LOCALYUN_ACCESS_KEY_SECRET: 'secret',
    };
    expect(load({}, env).config).toMatchObject({
      host: '::1',
      port: 0,
      auth: 'log',
      accountId: '1000000001',
      seed: 7,
      logLevel: 'error',
      region: 'cn-beijing',
      accessKeys: [{ accessKeyId: 'id', accessKeySecret: 'secret' }],
    });
  });

  test('put a store together, wherever its parts are said', () => {
    write({ 'localyun.yaml': 'store: {kind: minio, endpoint: "http://file:9000", accessKey: file-key}\n' });
    expect(load().config.store).toEqual({
      kind: 'minio',
      endpoint: 'http://file:9000',
      accessKey: 'file-key',
      secretKey: 'minioadmin',
    });
    const env = { LOCALYUN_MINIO_ACCESS_KEY: 'env-key', LOCALYUN_MINIO_SECRET_KEY: 'env-secret' };
    expect(load({ settings: { store: { endpoint: 'https://flag' } } }, env).config.store).toEqual({
      kind: 'minio',
      endpoint: 'https://flag',
      accessKey: 'env-key',
      secretKey: 'env-secret',
    });
    expect(load({ settings: { store: { kind: 'embedded' } } }, env).config.store).toEqual({ kind: 'embedded' });
    write({ 'localyun.yaml': 'store: minio\n' });
    expect(load().config.store).toMatchObject({ kind: 'minio', endpoint: 'http://127.0.0.1:9000' });
    write({ 'localyun.yaml': '' });
    const kind = { LOCALYUN_STORE: 'minio', LOCALYUN_MINIO_ENDPOINT: 'http://env:1' };
    expect(load({}, kind).config.store).toMatchObject({ kind: 'minio', endpoint: 'http://env:1' });
  });

  test('need none of their files', () => {
    expect(load()).toMatchObject({ templates: [], configPath: undefined, config: { port: 9580, templates: [] } });
  });

  test('leave the surroundings readable for templates', () => {
    const { env } = load({}, { OWN: 'value' });
    expect([env('OWN'), env('OTHER')]).toEqual(['value', undefined]);
  });
});

describe('files', () => {
  test('localyun.yaml is looked for beside the first template, then in the working directory', () => {
    write({
      'app/s.yaml': '',
      'app/localyun.yaml': 'seed: 1',
      'localyun.yaml': 'seed: 2',
      'other/s.yaml': '',
      'named.yaml': 'seed: 3',
    });
    expect(load({ template: ['app/s.yaml', 'other/s.yaml'] }).configPath).toBe(join(cwd, 'app/localyun.yaml'));
    expect(load({ template: ['other/s.yaml'] }).configPath).toBe(join(cwd, 'localyun.yaml'));
    expect(load({ template: ['app/s.yaml'], config: 'named.yaml' })).toMatchObject({
      configPath: join(cwd, 'named.yaml'),
      config: { seed: 3 },
    });
  });

  test('paths are relative to what names them: the file or the working directory', () => {
    write({
      'conf/localyun.yaml': 'templates: [../app/s.yaml]\ndataDir: state\n',
      'app/s.yaml': 'text',
      's.yaml': 'not asked for',
    });
    const fromFile = load({ config: 'conf/localyun.yaml' });
    expect(fromFile.templates).toEqual([{ path: join(cwd, 'app/s.yaml'), text: 'text' }]);
    expect(fromFile.config).toMatchObject({ templates: [join(cwd, 'app/s.yaml')], dataDir: join(cwd, 'conf/state') });
    const fromFlags = load({ template: ['app/s.yaml'], settings: { dataDir: 'mine' } });
    expect(fromFlags.config).toMatchObject({ templates: [join(cwd, 'app/s.yaml')], dataDir: join(cwd, 'mine') });
    expect(load({}, { LOCALYUN_DATA_DIR: 'theirs' }).config.dataDir).toBe(join(cwd, 'theirs'));
  });

  test('s.yaml in the working directory is taken where nobody names a template, and only there', () => {
    write({ 's.yaml': 'here', 'app/s.yaml': 'there' });
    const paths = (flags: Flags) => load(flags).templates.map(({ text }) => text);
    expect(paths({})).toEqual(['here']);
    expect(paths({ template: ['app/s.yaml'] })).toEqual(['there']);
    expect(paths({ template: [] })).toEqual([]);
    expect(paths({ settings: { templates: ['app/s.yaml'] } })).toEqual(['there']);
    write({ 'localyun.yaml': 'templates: []' });
    expect(paths({})).toEqual([]);
    write({ 'localyun.yaml': 'templates: [app/s.yaml]' });
    expect(paths({ template: [] })).toEqual(['there']);
  });

  test.each<[string, string]>([
    ['region: "cn-hongkong"', 'cn-hongkong'],
    ["region: 'cn-hongkong' # near", 'cn-hongkong'],
    [`region: \${vars.region}`, 'cn-beijing'],
    ['# region: cn-hongkong', 'cn-beijing'],
    ['regions: cn-hongkong', 'cn-beijing'],
  ])("the template's %s means %s", (line, region) => {
    write({ 's.yaml': `resources:\n  f:\n    props:\n      ${line}\n` });
    expect(load().config.region).toBe(region);
  });
});

describe('refuses', () => {
  test.each<[string, Record<string, string>, Flags, Record<string, string>, RegExp]>([
    [
      'a configuration that is not there',
      {},
      { config: 'none.yaml' },
      {},
      /configuration .*none\.yaml can't be read \(there is no such file\)/,
    ],
    [
      'a template that is not there',
      {},
      { template: ['none/s.yaml'] },
      {},
      /template .*none\/s\.yaml can't be read \(there is no such file\)/,
    ],
    [
      'a template that is a folder',
      { 'app/s.yaml': '' },
      { template: ['app'] },
      {},
      /template .*app can't be read \(EISDIR\)/,
    ],
    [
      'the address of a store that is not asked for',
      {},
      {},
      { LOCALYUN_MINIO_ENDPOINT: 'http://127.0.0.1:9000' },
      /^options: store\.endpoint is for MinIO, and objects lie in the embedded store; add --store minio\.$/,
    ],
    ['broken YAML', { 'localyun.yaml': 'a: [1' }, {}, {}, /localyun\.yaml is not valid YAML: /],
    [
      'a tab for indentation',
      { 'localyun.yaml': 'coldStart:\n\tmode: off' },
      {},
      {},
      /localyun\.yaml is not valid YAML: /,
    ],
    ['two documents', { 'localyun.yaml': 'seed: 1\n---\nseed: 2' }, {}, {}, /localyun\.yaml is not valid YAML: /],
    ['one key twice', { 'localyun.yaml': 'seed: 1\nseed: 2' }, {}, {}, /localyun\.yaml is not valid YAML: /],
    ['an alias of nothing', { 'localyun.yaml': 'region: *none' }, {}, {}, /localyun\.yaml is not valid YAML: /],
    ['an alias bomb', { 'localyun.yaml': bomb() }, {}, {}, /localyun\.yaml is not valid YAML: /],
    [
      'a list for settings',
      { 'localyun.yaml': '- seed: 1' },
      {},
      {},
      /localyun\.yaml must hold settings \(key: value\), not a list\./,
    ],
    [
      'a text for settings',
      { 'localyun.yaml': 'seed' },
      {},
      {},
      /localyun\.yaml must hold settings \(key: value\), not a string\./,
    ],
    [
      'an unknown key, with its neighbour',
      { 'localyun.yaml': 'prot: 1' },
      {},
      {},
      /localyun\.yaml: unknown setting prot; did you mean port\?/,
    ],
    [
      'a key that would reach a prototype',
      { 'localyun.yaml': '__proto__: {host: evil}' },
      {},
      {},
      /unknown setting __proto__/,
    ],
    [
      'an unknown variable, with its neighbour',
      {},
      {},
      { LOCALYUN_PROT: '1' },
      /environment: unknown variable LOCALYUN_PROT; did you mean LOCALYUN_PORT\?/,
    ],
    [
      'an unknown variable that is left empty',
      {},
      {},
      { LOCALYUN_COLDSTART: '' },
      /unknown variable LOCALYUN_COLDSTART; did you mean LOCALYUN_COLD_START\?/,
    ],
    [
      'an unknown variable that is like none',
      {},
      {},
      { LOCALYUN_WHATEVER_IT_TAKES: '1' },
      /unknown variable LOCALYUN_WHATEVER_IT_TAKES; there are LOCALYUN_HOST, .*LOCALYUN_ENDPOINT\./,
    ],
    ['half a key pair', {}, {}, { LOCALYUN_ACCESS_KEY_ID: 'id' }, /go together; one of them is missing/],
    ['the other half', {}, {}, { LOCALYUN_ACCESS_KEY_SECRET: 's' }, /go together; one of them is missing/],
    ['a port that is no number, by where it was set', {}, {}, { LOCALYUN_PORT: 'http' }, /environment.*: port /],
    ['a port left empty, which is no 0', { 'localyun.yaml': 'port:' }, {}, {}, /localyun\.yaml: port /],
    ['a port that is true', { 'localyun.yaml': 'port: true' }, {}, {}, /localyun\.yaml: port /],
    ['a list for a seed', { 'localyun.yaml': 'seed: [5]' }, {}, {}, /localyun\.yaml: seed /],
    ['an empty text for a seed', {}, { settings: { seed: '' } }, {}, /options: seed /],
    ['a mode that is none', {}, { settings: { auth: 'maybe' as 'off' } }, {}, /options: auth /],
    ['a template that is no path', { 'localyun.yaml': 'templates: [1]' }, {}, {}, /localyun\.yaml: templates\.0 /],
  ])('%s', (_what, files, flags, env, sentence) => {
    write(files);
    const told = problems(flags, env);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(sentence);
    expect(told[0]).not.toContain('\n');
  });

  test('but no variable that a template reads, and none of anybody else', () => {
    write({ 's.yaml': `${template('cn-beijing')}      description: \${env('LOCALYUN_STAGE')}\n` });
    const env = { LOCALYUN_STAGE: 'test', LOCALYUN_ENDPOINT: 'http://127.0.0.1:1', LOCALYUNPORT: '1', PORT: '2' };
    expect(problems({}, env)).toEqual([]);
  });

  test('every problem of a file at once', () => {
    write({ 'localyun.yaml': 'prot: 1\nauth: maybe\nregion: mars' });
    expect(problems()).toHaveLength(3);
  });
});

function bomb(): string {
  const lines = ['a0: &a0 [x,x,x,x,x,x,x,x,x,x]'];
  for (let i = 1; i < 9; i++)
    lines.push(
      `a${i}: &a${i} [${Array(10)
        .fill(`*a${i - 1}`)
        .join(',')}]`,
    );
  return lines.join('\n');
}
