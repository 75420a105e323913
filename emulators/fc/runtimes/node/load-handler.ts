/** Finds and loads a handler, `file.export`, the way the runtime does: CommonJS, and ES modules where the version has them. */
import { existsSync, readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { dirname, extname, join, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LoadError } from './function-error.ts';
import { writeOutput } from './logging.ts';
import { runUnowned } from './requests.ts';

export type Handler = (...args: unknown[]) => unknown;

export interface HandlerLoader {
  /** Loads once a handler; a load that failed is tried again by the next call. */
  load(handler: string): Promise<Handler>;
}

/** UNVERIFIED FC-002: which file is taken when `index.js` and `index.mjs` lie side by side. */
const EXTENSIONS = ['.js', '.mjs', '.cjs'];

export function createHandlerLoader(options: { codeDir: string; loadsEsModules: boolean }): HandlerLoader {
  const codeDir = resolve(options.codeDir);
  const loaded = new Map<string, Handler>();
  readCodeWithoutOuterPackage(codeDir);
  return {
    async load(handler) {
      const known = loaded.get(handler);
      if (known) return known;
      writeOutput(`load code for handler:${handler}\n`);
      const found = await loadExport(handler, codeDir, options.loadsEsModules);
      loaded.set(handler, found);
      return found;
    },
  };
}

async function loadExport(handler: string, codeDir: string, loadsEsModules: boolean): Promise<Handler> {
  const dot = handler.lastIndexOf('.');
  if (dot === -1) throw new LoadError('InvalidHandlerName', `Invalid handler '${handler}'`);

  const moduleName = handler.slice(0, dot);
  const exportName = handler.slice(dot + 1);
  const base = join(codeDir, moduleName);
  const extensions = loadsEsModules ? EXTENSIONS : ['.js'];
  const file = extensions.map((extension) => `${base}${extension}`).find((path) => existsSync(path));
  if (!file) throw new LoadError('ImportModuleError', `Module '${base}.js' is missing.`);

  const loaded = await loadModule(file, codeDir, loadsEsModules);
  const found: unknown = Reflect.get(Object(loaded), exportName);
  if (!isHandler(found))
    throw new LoadError('HandlerNotFound', `Handler '${exportName}' is missing on module '${moduleName}'`);
  return found;
}

function loadModule(file: string, codeDir: string, loadsEsModules: boolean): unknown {
  const isEsModule = extname(file) === '.mjs' || (extname(file) === '.js' && packageType(file, codeDir) === 'module');
  if (isEsModule && loadsEsModules) return runUnowned(() => import(pathToFileURL(file).href));
  return runUnowned(() => createRequire(file)(file));
}

function isHandler(value: unknown): value is Handler {
  return typeof value === 'function';
}

/** The `type` that counts for a file: in the cloud nothing lies above the code folder, so nothing above it is asked. */
function packageType(file: string, codeDir: string): string {
  for (let folder = dirname(file); isInside(folder, codeDir); folder = dirname(folder)) {
    const path = join(folder, 'package.json');
    if (!existsSync(path)) continue;
    const manifest: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return String(Reflect.get(Object(manifest), 'type') ?? 'commonjs');
  }
  return 'commonjs';
}

/**
 * A function without package.json is CommonJS in the cloud. Here Node would look further up, meet the project's own
 * package.json, and with `"type": "module"` in it refuse the very same file.
 */
function readCodeWithoutOuterPackage(codeDir: string): void {
  const extensions = extensionsOfNode();
  const loadJs = extensions['.js'];
  extensions['.js'] = (module, filename) => {
    if (isInside(filename, codeDir) && packageType(filename, codeDir) !== 'module')
      module._compile(readFileSync(filename, 'utf8'), filename);
    else loadJs?.(module, filename);
  };
}

interface CompilingModule {
  _compile(source: string, filename: string): void;
}

/** Node documents `require.extensions` (deprecated, "unlikely to change"); its types leave it out. */
function extensionsOfNode(): Record<string, (module: CompilingModule, filename: string) => void> {
  return Reflect.get(Module, '_extensions');
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}
