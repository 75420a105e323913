/** The kinds of sources and sinks that the API knows. `@alicloud/eventbridge20200401` and `@alicloud/eventbridge` source. */

export const EVENT_BUS_SOURCE = 'SourceEventBusParameters';

export const SOURCE_KINDS: readonly string[] = [
  ...[EVENT_BUS_SOURCE, 'SourceMNSParameters', 'SourceSLSParameters', 'SourceOSSParameters', 'SourceKafkaParameters'],
  ...['SourceRocketMQParameters', 'SourceRabbitMQParameters', 'SourceMQTTParameters', 'SourceDTSParameters'],
  ...['SourceApacheKafkaParameters', 'SourceCustomizedKafkaParameters', 'SourceCustomizedKafkaConnectorParameters'],
  ...['SourceRocketMQCheckpointParameters', 'SourceApacheRocketMQCheckpointParameters', 'SourcePrometheusParameters'],
  ...['SourceOpenSourceRabbitMQParameters', 'SourceRabbitMQMetaParameters', 'SourceRabbitMQMsgSyncParameters'],
  ...['SourceMySQLParameters', 'SourcePostgreSQLParameters', 'SourceJDBCParameters', 'SourceFeiShuDocsParameters'],
];

export const SINK_KINDS: readonly string[] = [
  ...[
    'SinkFcParameters',
    'SinkHttpsParameters',
    'SinkMNSParameters',
    'SinkSLSParameters',
    'SinkOSSParameters',
    'SinkKafkaParameters',
  ],
  ...['SinkRocketMQParameters', 'SinkRabbitMQParameters', 'SinkMQTTParameters', 'SinkApiDestinationParameters'],
  ...['SinkApacheKafkaParameters', 'SinkCustomizedKafkaParameters', 'SinkCustomizedKafkaConnectorParameters'],
  ...['SinkRocketMQCheckpointParameters', 'SinkApacheRocketMQCheckpointParameters', 'SinkPrometheusParameters'],
  ...['SinkOpenSourceRabbitMQParameters', 'SinkRabbitMQMetaParameters', 'SinkRabbitMQMsgSyncParameters'],
  ...['SinkDashVectorParameters', 'SinkDataHubParameters', 'SinkDataWorksTriggerParameters', 'SinkDorisParameters'],
  ...['SinkEventHouseParameters', 'SinkKnowledgeBaseParameters', 'SinkFnfParameters', 'SinkOdpsParameters'],
  ...['SinkBaiLianParameters', 'SinkAgentRunParameters'],
];
