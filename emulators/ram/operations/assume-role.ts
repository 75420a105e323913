/** STS AssumeRole: temporary credentials of a role that trusts the caller. */
import { z } from 'zod';
import type { Call } from '../../../src/kernel/operation.ts';
import { rpcInput, rpcMatch, rpcReply } from '../../../src/protocols/rpc.ts';
import { formatExtendedIso } from '../../../src/signing/signing-time.ts';
import { RamError } from '../errors.ts';
import { EXTERNAL_ID, SESSION_NAME, SOURCE_IDENTITY } from '../limits.ts';
import { assumeRole, assumerOf } from '../service/assume-role.ts';
import { operation, type RamServices, STS } from './services.ts';

export const AssumeRole = operation({
  name: 'AssumeRole',
  match: rpcMatch(STS, 'AssumeRole'),
  ram: [{ action: 'sts:AssumeRole' }],
  input: () =>
    rpcInput(
      z.object({
        RoleArn: z.string().min(1),
        RoleSessionName: z.string().regex(SESSION_NAME),
        DurationSeconds: z.coerce.number().int().optional(),
        Policy: z.string().min(1).optional(),
        ExternalId: z.string().regex(EXTERNAL_ID).optional(),
        SourceIdentity: z.string().regex(SOURCE_IDENTITY).optional(),
      }),
    ),
  async handle(input, services, call) {
    const { principal } = call;
    const asked = {
      roleArn: input.RoleArn,
      sessionName: input.RoleSessionName,
      durationSeconds: input.DurationSeconds,
      policy: input.Policy,
      externalId: input.ExternalId,
      principal,
    };
    const assumed = await assumeRole(services, asked).catch((error: unknown) => {
      if (error instanceof RamError && error.code === 'NoPermission') tell(services, call, { ...asked, error });
      throw error;
    });
    return { ...assumed, sourceIdentity: input.SourceIdentity };
  },
  encode: ({ role, session, sourceIdentity }) =>
    rpcReply({
      AssumedRoleUser: {
        Arn: `${role.arn}/${session.sessionName}`,
        AssumedRoleId: `${role.roleId}:${session.sessionName}`,
      },
      Credentials: {
        AccessKeyId: session.accessKeyId,
        AccessKeySecret: session.accessKeySecret,
        SecurityToken: session.securityToken,
        Expiration: formatExtendedIso(session.expiresAtMs),
      },
      SourceIdentity: sourceIdentity,
    }),
});

/** The answer names no reason, as the cloud's does not: the developer finds it here. */
function tell(
  { denials, logger }: RamServices,
  { now, requestId, principal }: Pick<Call, 'now' | 'requestId' | 'principal'>,
  { roleArn: resource, error }: { roleArn: string; error: RamError },
): void {
  const action = 'sts:AssumeRole';
  const { names } = assumerOf(principal);
  const reason = `${String(error.details.reason)} Its Principal.RAM should name ${names[0] ?? 'a caller that signs'}.`;
  logger.warn('Access denied.', { operation: 'AssumeRole', requestId, action, resource, reason });
  denials.add({
    ...{ at: now.toISOString(), requestId, operation: 'AssumeRole', principal, action, resource },
    ...{ effect: error.details.isDenied === true ? 'deny' : 'none', policies: [], statement: undefined, reason },
    suggestion: { Effect: 'Allow', Action: [action], Principal: { RAM: names.slice(0, 1) } },
  });
}
