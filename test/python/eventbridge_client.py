"""Drives the unmodified alibabacloud_eventbridge (the data plane) against an endpoint; prints what it saw as one JSON object.

Called by eventbridge.test.ts: HOST KEY_ID KEY_SECRET REGION BUS
"""
import json
import sys
import time

from alibabacloud_eventbridge import models
from alibabacloud_eventbridge.client import Client

host, key_id, key_secret, region, bus = sys.argv[1:6]
seen = {}


def client_of(secret):
    return Client(models.Config(access_key_id=key_id, access_key_secret=secret, endpoint=host, region_id=region))


client = client_of(key_secret)


def event(event_id, data=b'{"amount":5}', datacontenttype="application/json", on=bus, **changes):
    fields = {
        "id": event_id,
        "source": "crm.orders",
        "type": "order:paid",
        "specversion": "1.0",
        "subject": "acs:shop:" + event_id,
        "time": "2020-08-24T13:54:05.965+08:00",
        "extensions": {"aliyuneventbusname": on} if on else {},
    }
    fields.update(changes)
    return models.CloudEvent(data=data, datacontenttype=datacontenttype, **fields)


def refused(call):
    try:
        return ["taken", str(call())]
    except Exception as error:
        return getattr(error, "code", repr(error))


client.create_event_bus(models.CreateEventBusRequest(event_bus_name=bus, description="of the shop"))
rule = {"event_bus_name": bus, "rule_name": "paid"}
created = client.create_rule(
    models.CreateRuleRequest(
        filter_pattern='{"type": ["order:paid"]}', status="ENABLE",
        targets=[
            models.TargetEntry(
                id="bus", type="acs.eventbridge",
                endpoint="acs:eventbridge:%s:1:eventbus/default" % region,
                param_list=[
                    models.EBTargetParam(resource_key="EventBusName", form="CONSTANT", value="default"),
                    models.EBTargetParam(resource_key="Body", form="ORIGINAL"),
                ],
            )
        ],
        **rule,
    )
)
seen["rule"] = created.rule_arn
seen["pattern"] = client.get_rule(models.GetRuleRequest(**rule)).filter_pattern

kinds = [
    event("json"),
    event("chinese", data='{"名":"值"}'.encode(), subject="主题"),
    event("text", data=b"no JSON", datacontenttype="text/plain"),
    event("bytes", data=bytes(range(256)), datacontenttype="application/octet-stream"),
    event("bare", data=None),
]
answer = client.put_events(kinds)
seen["taken"] = [answer.failed_entry_count, [entry.event_id for entry in answer.entry_list]]
mixed = client.put_events([event("good"), event("bad", subject="s" * 513), event("late", time="yesterday")])
seen["mixed"] = [mixed.failed_entry_count, [[entry.event_id, entry.error_code] for entry in mixed.entry_list]]

seen["noBus"] = refused(lambda: client.put_events([event("x", on=None)]))
seen["missingBus"] = refused(lambda: client.put_events([event("x", on="none")]))
seen["seventeen"] = refused(lambda: client.put_events([event("e%d" % number) for number in range(17)]))
seen["empty"] = refused(lambda: client.put_events([]))
seen["wrongSecret"] = refused(lambda: client_of("wrong").put_events([event("x")]))

body = client.query_event_by_event_id(
    models.QueryEventByEventIdRequest(event_bus_name=bus, event_source="crm.orders", event_id="json")
)
seen["found"] = [[each.event_id, each.event_type] for each in body.traced_events]
stages = []
for _ in range(100):
    answer = client.query_event_traces(models.QueryEventTracesRequest(event_bus_name=bus, event_id="json"))
    stages = [trace.action for trace in answer.event_trace_list]
    if "PushEvent" in stages:
        break
    time.sleep(0.1)
seen["stages"] = stages
now = int(time.time() * 1000)
ids, token = [], None
while True:
    page = client.query_events_by_period(
        models.QueryEventsByPeriodRequest(
            event_bus_name=bus, start_time=now - 60000, end_time=now + 60000, limit=4, next_token=token
        )
    )
    ids += [each.event_id for each in page.traced_events]
    token = page.next_token
    if not token:
        break
seen["period"] = ids
seen["noEvent"] = refused(
    lambda: client.query_event_traces(models.QueryEventTracesRequest(event_bus_name=bus, event_id="nope"))
)
print(json.dumps(seen, ensure_ascii=False))
