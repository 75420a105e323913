/** What the API has besides events: Event House, catalogs of data, knowledge bases and agents. None is served; each is refused by name. */

/** `alibabacloud_eventbridge20200401` 8.7.0 source. */
export const ANALYSIS_OPERATIONS: readonly string[] = [
  ...['GetEventHouseRuntime', 'ListEventHouseRuntimes', 'UpdateEventHouseRuntime', 'DeleteEventHouseRuntime'],
  ...['QueryEventHouse', 'QueryEventHouseWithTimeRange', 'DeleteEventAnalysisJob', 'QueryWithSQL', 'QueryLumaWithSQL'],
  ...['GetCatalog', 'ListCatalogs', 'GetLumaCatalog', 'ListLumaCatalogs'],
  ...['CreateNamespace', 'GetNamespace', 'ListNamespaces', 'UpdateNamespace', 'DeleteNamespace'],
  ...['GetLumaNamespace', 'ListLumaNamespaces'],
  ...['CreateTable', 'GetTable', 'ListTables', 'UpdateTable', 'DeleteTable', 'GetLumaTable', 'ListLumaTables'],
  ...['CreateKnowledgeBase', 'GetKnowledgeBase', 'ListKnowledgeBases', 'UpdateKnowledgeBase', 'DeleteKnowledgeBase'],
  ...['SearchKnowledgeBase', 'GetLumaKnowledgeBase', 'ListLumaKnowledgeBases', 'SearchLumaKnowledgeBase'],
  ...['GetDocument', 'ListDocuments', 'GetDocumentDownloadUrl'],
  ...['GetLumaDocument', 'ListLumaDocuments', 'GetLumaDocumentDownloadUrl'],
  ...['GetChunk', 'ListChunks', 'GetLumaChunk', 'ListLumaChunks'],
  ...['CreateAgent', 'GetAgent', 'ListAgents', 'UpdateAgent', 'DeleteAgent'],
  ...['AskLuma', 'PollAskResult', 'QueryAskLumaLog', 'GenerateAgentDataSemantics', 'GetAgentDataSemantics'],
  ...['GetGenerateAgentDataSemanticsProgress', 'SaveAgentDataSemantics'],
];
