/** The door of RAM and STS: accounts' keys, roles and their policies, temporary credentials, and who may do what. */
import type { Clock } from '../../src/kernel/clock.ts';
import type { Database } from '../../src/kernel/database.ts';
import { createEmulator, type Emulator } from '../../src/kernel/emulator.ts';
import type { Ids } from '../../src/kernel/ids.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import type { CallRecord } from '../../src/kernel/pipeline.ts';
import type { AccessDecider, DenialLog } from '../../src/ports/access-decider.ts';
import type { Credential, CredentialSource } from '../../src/ports/credential-source.ts';
import type { RoleAssumer } from '../../src/ports/role-assumer.ts';
import type { AuthMode } from '../../src/protocols/rpc-authenticate.ts';
import { createRoleAssumer } from './service/assume-role.ts';
import { checkRamConfig, type RamConfig } from './service/check-config.ts';
import { createDecider } from './service/decide.ts';
import { createDenials } from './service/denials.ts';
import { createDirectory } from './service/directory.ts';
import { createSessions } from './service/sessions.ts';
import { openRamStore } from './store/ram-store.ts';

export { checkRamConfig, type RamConfig };

export interface RamNeeds extends RamConfig {
  clock: Clock;
  ids: Ids;
  logger: Logger;
  database: Database;
  accountId: string;
  auth: AuthMode;
  onCall(record: CallRecord): void;
}

export interface Ram {
  emulator: Emulator;
  credentials: CredentialSource;
  /** Truthful whatever `auth` says: a room that only logs refusals asks, and goes on. */
  access: AccessDecider;
  roles: RoleAssumer;
  denials: DenialLog;
  /** Takes over changed settings. Sessions go on, but for those of roles that are gone. Throws when they have problems. */
  apply(config: RamConfig): Promise<void>;
  /** As after a first start: no session, no denial, roles and policies as the settings have them. */
  reset(): Promise<void>;
}

/** Throws when the settings have problems: `checkRamConfig` tells them before. */
export async function createRam(needs: RamNeeds): Promise<Ram> {
  const { clock, ids, database, accountId } = needs;
  const logger = needs.logger.child('ram');
  const store = openRamStore(database);
  const directory = createDirectory({ clock, ids, store, accountId });
  const sessions = createSessions({ clock, ids, logger, store, directory, accountId });
  const denials = createDenials();
  const access = createDecider({ clock, directory, sessions, denials, accountId });
  const services = { directory, sessions, accountId, denials, logger };
  let config: RamConfig = needs;
  let keys = new Map<string, Credential>();

  async function apply(next: RamConfig, options?: { asNew: boolean }): Promise<void> {
    const problems = checkRamConfig(next);
    if (problems.length > 0) throw new Error(problems.join(' '));
    await directory.apply(next, options);
    await sessions.dropOrphans();
    keys = accountKeys(next, accountId);
    config = next;
  }
  await apply(needs);

  const credentials: CredentialSource = {
    find: (accessKeyId) => keys.get(accessKeyId) ?? sessions.find(accessKeyId)?.credential,
  };
  return {
    emulator: createEmulator('ram', async () => {
      const { createServing } = await import('./wire/serve.ts');
      return createServing({ ...needs, logger, credentials, access, services });
    }),
    credentials,
    access,
    roles: createRoleAssumer(services),
    denials,
    apply: (next) => apply(next),
    async reset() {
      await sessions.clear();
      denials.clear();
      await apply(config, { asNew: true });
    },
  };
}

function accountKeys({ accessKeys }: RamConfig, accountId: string): Map<string, Credential> {
  return new Map(
    accessKeys.map(({ accessKeyId, accessKeySecret, accountId: stranger }) => [
      accessKeyId,
      {
        accessKeyId,
        accessKeySecret,
        securityToken: undefined,
        expiresAtMs: undefined,
        principal: { type: 'account', accountId: stranger ?? accountId },
      },
    ]),
  );
}
