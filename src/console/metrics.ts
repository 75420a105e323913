/** Prometheus text of what the gateway counted. */

/** `calls`: count by `room operation status`. */
export function renderMetrics(calls: ReadonlyMap<string, number>): string {
  const lines = [
    '# HELP localyun_calls_total Calls answered, by room, operation and status.',
    '# TYPE localyun_calls_total counter',
  ];
  for (const [key, count] of calls) {
    const [room, operation, status] = key.split(' ');
    lines.push(`localyun_calls_total{room="${room}",operation="${operation}",status="${status}"} ${count}`);
  }
  return `${lines.join('\n')}\n`;
}
