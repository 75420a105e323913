/** `localyun status`: is a stack running, and what does it serve. Exit code 1 when none does. */
import { type CommandContext, callAdmin, findStack } from './command.ts';

export async function status(context: CommandContext): Promise<void> {
  const stack = findStack(context);
  const { body } = await callAdmin(stack, 'health');
  const health = body as { status: string; version: string; rooms: Record<string, { status: string }> };
  context.out.write(
    `LocalYun ${health.version} is ${health.status} at ${stack.endpoint}${stack.run ? ` (pid ${stack.run.pid})` : ''}\n`,
  );
  for (const [name, room] of Object.entries(health.rooms)) context.out.write(`  ${name.padEnd(12)} ${room.status}\n`);
}
