/** What CreateConnection and UpdateConnection are given. */
import { z } from 'zod';
import type { Call } from '../../../src/kernel/operation.ts';
import type { ConnectionInput } from '../service/connections.ts';
import { jsonText } from './api.ts';

/** A function, so that what it says is made with the first call of either. */
export function connectionInput() {
  const text = z.string().optional();
  const parameters = jsonText(
    z.array(z.object({ Key: text, Value: text, IsValueSecret: z.union([z.string(), z.boolean()]).optional() })),
  ).optional();
  const oAuth = z.object({
    AuthorizationEndpoint: text,
    HttpMethod: text,
    ClientParameters: z.object({ ClientID: text, ClientSecret: text }).optional(),
    OAuthHttpParameters: z
      .object({ HeaderParameters: parameters, QueryStringParameters: parameters, BodyParameters: parameters })
      .optional(),
  });
  return {
    ConnectionName: z.string().min(1),
    Type: text,
    Description: text,
    NetworkParameters: jsonText(
      z.object({ NetworkType: text, VpcId: text, VswitcheId: text, SecurityGroupId: text }),
    ).optional(),
    AuthParameters: jsonText(
      z.object({
        AuthorizationType: text,
        BasicAuthParameters: z.object({ Username: text, Password: text }).optional(),
        ApiKeyAuthParameters: z.object({ ApiKeyName: text, ApiKeyValue: text }).optional(),
        OAuthParameters: oAuth.optional(),
      }),
    ).optional(),
    Parameters: z.unknown().optional(),
  };
}

export function toConnection(
  input: z.output<z.ZodObject<ReturnType<typeof connectionInput>>>,
  { now }: Call,
): ConnectionInput {
  return {
    name: input.ConnectionName,
    type: input.Type || undefined,
    description: input.Description,
    network: input.NetworkParameters,
    auth: input.AuthParameters,
    parameters: input.Parameters,
    atMs: now.getTime(),
  };
}
