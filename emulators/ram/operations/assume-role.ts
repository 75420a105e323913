/** STS AssumeRole: temporary credentials of a role that trusts the caller. */
import { z } from 'zod';
import { rpcInput, rpcMatch, rpcReply } from '../../../src/protocols/rpc.ts';
import { formatExtendedIso } from '../../../src/signing/signing-time.ts';
import { EXTERNAL_ID, SESSION_NAME, SOURCE_IDENTITY } from '../limits.ts';
import { assumeRole } from '../service/assume-role.ts';
import { operation, STS } from './services.ts';

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
  async handle(input, services, { principal }) {
    const assumed = await assumeRole(services, {
      roleArn: input.RoleArn,
      sessionName: input.RoleSessionName,
      durationSeconds: input.DurationSeconds,
      policy: input.Policy,
      externalId: input.ExternalId,
      principal,
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
