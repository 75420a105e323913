/** `localyun env`: the environment that points the official SDKs and tools here, for the user's shell. */
import { type CommandContext, CommandError, findStack } from './command.ts';

export const SHELLS = ['bash', 'fish', 'pwsh', 'dotenv'] as const;
export type Shell = (typeof SHELLS)[number];

const LINE: Record<Shell, (name: string, value: string) => string> = {
  bash: (name, value) => `export ${name}='${value.replaceAll("'", "'\\''")}'`,
  fish: (name, value) => `set -gx ${name} '${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`,
  // PowerShell takes typographic quotes for plain ones.
  pwsh: (name, value) => `$env:${name} = '${value.replace(/['\u2018-\u201b]/g, '$&$&')}'`,
  dotenv: (name, value) => `${name}=${dotenvQuoted(name, value)}`,
};

/** Parsers of dotenv files agree on no escape, so the value goes as it is into quotes that it doesn't have. */
function dotenvQuoted(name: string, value: string): string {
  if (!/["\\$\n\r]/.test(value)) return `"${value}"`;
  const quote = ["'", '`', '"'].find((candidate) => !value.includes(candidate));
  if (quote === undefined || (quote === '"' && value.includes('\\')))
    throw new CommandError(`The value of ${name} can't be written in a dotenv file: it has every kind of quote in it.`);
  return quote + value + quote;
}

export function env(context: CommandContext, shell: Shell): void {
  const { run, endpoint } = findStack(context);
  if (!run)
    throw new CommandError(
      `The keys of ${endpoint} are not known here: run this in the folder that stack was started from.`,
    );
  for (const [name, value] of Object.entries(clientEnvironment(run)))
    context.out.write(`${LINE[shell](name, value)}\n`);
}

/** Variable names as the clients read them. */
export function clientEnvironment(run: ClientFacts): Record<string, string> {
  const hostPort = new URL(run.endpoint).host;
  return {
    LOCALYUN_ENDPOINT: run.endpoint,
    // Credential chains of the @alicloud SDKs, Serverless Devs and the aliyun CLI.
    ALIBABA_CLOUD_ACCESS_KEY_ID: run.accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: run.accessKeySecret,
    ALIBABA_CLOUD_REGION_ID: run.region,
    ALIBABA_CLOUD_ACCOUNT_ID: run.accountId,
    // oss2 and the OSS v2 SDKs read these by default.
    OSS_ACCESS_KEY_ID: run.accessKeyId,
    OSS_ACCESS_KEY_SECRET: run.accessKeySecret,
    OSS_ENDPOINT: run.endpoint,
    // Serverless Devs' fc3 component.
    FC_CLIENT_CUSTOM_ENDPOINT: run.endpoint,
    FC_CODE_TEMP_OSS_ENDPOINT: run.endpoint,
    // Terraform's alicloud provider, which asks the billing service for the type of the account unless it is told.
    ALIBABA_CLOUD_REGION: run.region,
    ALIBABA_CLOUD_ACCOUNT_TYPE: 'Domestic',
    ALIBABA_CLOUD_ENDPOINT_OSS: hostPort,
    ALIBABA_CLOUD_ENDPOINT_EVENTBRIDGE: hostPort,
    ALIBABA_CLOUD_ENDPOINT_FC: hostPort,
    ALIBABA_CLOUD_ENDPOINT_RAM: hostPort,
    ALIBABA_CLOUD_ENDPOINT_RESOURCEMANAGER: hostPort,
  };
}

interface ClientFacts {
  endpoint: string;
  region: string;
  accountId: string;
  accessKeyId: string;
  accessKeySecret: string;
}
