/** The shapes of names that clients and templates share. */
import { z } from 'zod';
import { FUNCTION_NAME_CHARS_MAX, TASK_ID_CHARS_MAX } from './limits.ts';

export const functionNameSchema = z
  .string()
  .max(FUNCTION_NAME_CHARS_MAX, `at most ${FUNCTION_NAME_CHARS_MAX} characters`)
  .regex(/^[A-Za-z_][A-Za-z0-9_-]*$/, 'letters, digits, "_" and "-", starting with a letter or "_"');

/** `@alicloud/fc20230330` source, CreateTriggerInput. */
export const triggerNameSchema = z
  .string()
  .min(1, 'must not be empty')
  .max(128, 'at most 128 characters')
  .regex(/^[A-Za-z_][A-Za-z0-9_-]*$/, 'letters, digits, "_" and "-", starting with a letter or "_"');

/** All that there are, though not all fire here. */
export const TRIGGER_TYPES = [
  ...['http', 'timer', 'oss', 'log', 'mns_topic', 'cdn_events', 'tablestore', 'eventbridge'],
] as const;

export const taskIdSchema = z
  .string()
  .max(TASK_ID_CHARS_MAX, `at most ${TASK_ID_CHARS_MAX} characters`)
  .regex(/^[A-Za-z_][A-Za-z0-9_-]*$/, 'letters, digits, "_" and "-", starting with a letter or "_"');

/** Help page "Runtimes", all of them: a template may name each one, though not all run here. */
export const RUNTIMES = [
  ...['nodejs20', 'nodejs18', 'nodejs16', 'nodejs14', 'nodejs12', 'nodejs10', 'nodejs8', 'nodejs6'],
  ...['python3.12', 'python3.10', 'python3.9', 'python3', 'python2.7'],
  ...['java11', 'java8', 'go1', 'php7.2', 'dotnetcore3.1', 'dotnetcore2.1'],
  ...['custom', 'custom.debian10', 'custom.debian11', 'custom.debian12', 'custom-container', 'micro-sandbox'],
] as const;

/** Runtimes that a worker process here can run. */
export function isServedRuntime(runtime: string): boolean {
  return runtime.startsWith('nodejs');
}
