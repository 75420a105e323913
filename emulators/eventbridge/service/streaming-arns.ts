/** ARNs of what event streamings read and feed, for lists that ask by them. */
import type { PartRow } from '../store/streamings.ts';
import { busArn, type Owner } from './names.ts';

/** What of its parameters an ARN is made of, and the resource after `acs:PRODUCT:REGION:ACCOUNT:`. */
interface Shape {
  product: string;
  /** In all spellings that pages have; members in braces. */
  resources: readonly string[];
}

/** UNVERIFIED EVB-158: spelled as endpoints of targets and dead-letter queues are; kinds that are not here have none. */
const SHAPES: Readonly<Partial<Record<string, Shape>>> = {
  MNS: { product: 'mns', resources: ['/queues/{QueueName}', 'queues/{QueueName}'] },
  SLS: { product: 'log', resources: ['project/{Project}/logstore/{LogStore}'] },
  OSS: { product: 'oss', resources: ['{BucketName}'] },
  RocketMQ: { product: 'mq', resources: ['/instances/{InstanceId}/topic/{Topic}'] },
  RabbitMQ: { product: 'amqp', resources: ['/instances/{InstanceId}/vhosts/{VirtualHostName}/queues/{QueueName}'] },
  Kafka: { product: 'alikafka', resources: ['instance/{InstanceId}/topic/{Topic}'] },
  MQTT: { product: 'mqtt', resources: ['/instances/{InstanceId}/topic/{Topic}'] },
  Fc: {
    product: 'fc',
    resources: [
      ...['functions/{FunctionName}', 'functions/{FunctionName}/{Qualifier}'],
      ...[
        'services/{ServiceName}/functions/{FunctionName}',
        'services/{ServiceName}.{Qualifier}/functions/{FunctionName}',
      ],
    ],
  },
  Fnf: { product: 'fnf', resources: ['flow/{FlowName}'] },
  ApiDestination: { product: 'api-destination', resources: ['name/{Name}'] },
};

export function arnsOf(owner: Owner, { kind, parameters }: PartRow): string[] {
  const name = kindName(kind);
  const text = (member: string) => textOf(parameters[member]);
  if (name === 'EventBus') return [busArn(owner, text('EventBusName'))];
  const shape = Object.hasOwn(SHAPES, name) ? SHAPES[name] : undefined;
  if (!shape) return [];
  const region = text('RegionId') || owner.region;
  return shape.resources
    .filter((resource) => [...resource.matchAll(MEMBER)].every(([, member = '']) => text(member) !== ''))
    .map((resource) => resource.replace(MEMBER, (_, member: string) => text(member)))
    .map((resource) => `acs:${shape.product}:${region}:${owner.accountId}:${resource}`);
}

/** `MNS` of SourceMNSParameters and SinkMNSParameters. */
export function kindName(kind: string): string {
  return /^(?:Source|Sink)(.*)Parameters$/.exec(kind)?.[1] ?? kind;
}

const MEMBER = /\{(\w+)\}/g;

/** Plain in sources, wrapped in sinks. */
function textOf(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'Value' in value) return textOf(value.Value);
  return typeof value === 'string' ? value : '';
}
