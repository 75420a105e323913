/** Props that would change how a function behaves in the cloud and don't here: each is named, with what it means. */

interface Unserved {
  key: string;
  /** Whether what is written asks for something: empty blocks mean "unset" to the component. */
  asks?(value: unknown): boolean;
  meaning: string;
}

const UNSERVED: readonly Unserved[] = [
  { key: 'layers', meaning: 'layers are not unpacked: install what they hold beside the code' },
  { key: 'vpcConfig', meaning: 'there is no VPC: the function sees the network of this machine' },
  { key: 'vpcBinding', meaning: 'there is no VPC: callers from anywhere may invoke the function' },
  { key: 'nasConfig', meaning: 'no NAS is mounted' },
  { key: 'ossMountConfig', meaning: 'no bucket is mounted: read it through the OSS SDK' },
  {
    key: 'logConfig',
    meaning: "no log store is written: see the function's log in the console or with `localyun logs`",
  },
  { key: 'customRuntimeConfig', meaning: 'custom runtimes are not run' },
  { key: 'customContainerConfig', meaning: 'containers are not run' },
  { key: 'customDNS', meaning: "this machine's resolver is used" },
  { key: 'gpuConfig', meaning: 'there is no GPU' },
  { key: 'tracingConfig', meaning: 'no trace is sent' },
  { key: 'sessionAffinity', asks: (value) => value !== 'NONE', meaning: 'requests are not bound to instances' },
  { key: 'sessionAffinityConfig', meaning: 'requests are not bound to instances' },
  { key: 'instanceIsolationMode', asks: (value) => value !== 'SHARE', meaning: 'instances are plain processes' },
  { key: 'internetAccess', asks: (value) => value === false, meaning: 'the function can still reach the internet' },
  { key: 'instanceConcurrency', asks: (value) => Number(value) > 1, meaning: 'an instance takes one call at a time' },
  { key: 'enableLongLiving', asks: Boolean, meaning: 'instances live as others do' },
  { key: 'disableOndemand', asks: Boolean, meaning: 'on-demand instances are started all the same' },
  {
    key: 'disableInjectCredentials',
    asks: (value) => value !== 'None',
    meaning: 'credentials are injected all the same',
  },
  { key: 'provisionConfig', meaning: 'no instance is kept warm' },
  { key: 'scalingConfig', meaning: 'no instance is kept warm' },
  { key: 'customDomain', meaning: 'no custom domain is served' },
  { key: 'annotations', meaning: 'there is no request they could be sent with' },
  { key: 'endpoint', meaning: 'the template is read, not sent anywhere' },
  { key: 'supplement', meaning: 'it is not read' },
  { key: 'buildDir', meaning: 'nothing is built: code runs from its folder' },
];

/** Keys among `props` that ask for something nobody does, with the sentence to say about each. */
export function findUnserved(props: Readonly<Record<string, unknown>>): { key: string; message: string }[] {
  return UNSERVED.filter(({ key, asks }) => {
    const value = props[key];
    return asks ? value !== undefined && asks(value) : !isUnset(value);
  }).map(({ key, meaning }) => ({ key, message: `${key} is not served yet: ${meaning}.` }));
}

/** The component sends empty texts, lists and blocks of such for what nobody set. */
export function isUnset(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === false || value === 0) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.values(value).every(isUnset);
}
