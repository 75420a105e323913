"""Drives the unmodified alibabacloud_eventbridge20200401 against an endpoint; prints one JSON object with what it saw.

Called by eventbridge.test.ts: HOST KEY_ID KEY_SECRET BUS
"""
import json
import sys

from alibabacloud_eventbridge20200401 import models
from alibabacloud_eventbridge20200401.client import Client
from alibabacloud_tea_openapi.models import Config

host, key_id, key_secret, bus = sys.argv[1:5]
# Odd white space and an escape: Terraform compares the pattern as a text.
PATTERN = '{"source": ["crm.orders",  "店"],"type":["order:paid\\u0021"]}'
seen = {}


def client_of(secret):
    return Client(Config(access_key_id=key_id, access_key_secret=secret, endpoint=host, protocol="http"))


client = client_of(key_secret)


def said(body):
    """What a business error is told by: HTTP 200 with a code."""
    return [body.success, body.code]


def target(target_id, body_form="ORIGINAL"):
    return {
        "id": target_id,
        "type": "http",
        "endpoint": "http://127.0.0.1:1/" + target_id,
        "push_retry_strategy": "EXPONENTIAL_DECAY_RETRY",
        "errors_tolerance": "ALL",
    }, [("url", "CONSTANT", "http://127.0.0.1:1/" + target_id), ("Body", body_form, None)]


def create_target(target_id):
    fields, params = target(target_id)
    param = models.CreateRuleRequestEventTargetsParamList
    listed = [param(resource_key=key, form=form, value=value) for key, form, value in params]
    queue = models.CreateRuleRequestEventTargetsDeadLetterQueue(arn="acs:mns:cn-beijing:1:/queues/dead")
    return models.CreateRuleRequestEventTargets(param_list=listed, dead_letter_queue=queue, **fields)


def put_target(target_id, form="ORIGINAL"):
    fields, params = target(target_id, form)
    param = models.PutTargetsRequestTargetsParamList
    listed = [param(resource_key=key, form=form, value=value) for key, form, value in params]
    return models.PutTargetsRequestTargets(param_list=listed, **fields)


def create_rule(name, targets=(), pattern=PATTERN):
    request = models.CreateRuleRequest(
        event_bus_name=bus, rule_name=name, filter_pattern=pattern, status="ENABLE", description="of orders",
        event_targets=list(targets),
    )
    return client.create_rule(request).body


def put_targets(*targets):
    request = models.PutTargetsRequest(event_bus_name=bus, rule_name="paid", targets=list(targets))
    body = client.put_targets(request).body
    return said(body) + [[entry.entry_id for entry in (body.data.error_entries if body.data else None) or []]]


def buses():
    made = client.create_event_bus(models.CreateEventBusRequest(event_bus_name=bus, description="of the shop"))
    seen["busArn"] = made.body.data.event_bus_arn
    again = client.create_event_bus(models.CreateEventBusRequest(event_bus_name=bus))
    seen["busAgain"] = [again.status_code] + said(again.body)
    client.update_event_bus(models.UpdateEventBusRequest(event_bus_name=bus, description="changed"))
    got = client.get_event_bus(models.GetEventBusRequest(event_bus_name=bus)).body.data
    seen["bus"] = [got.event_bus_name, got.description, isinstance(got.create_timestamp, int)]
    listed = client.list_event_buses(models.ListEventBusesRequest(limit=1)).body.data
    second = client.list_event_buses(models.ListEventBusesRequest(limit=1, next_token=listed.next_token)).body.data
    seen["buses"] = [each.event_bus_name for each in listed.event_buses + second.event_buses]
    seen["busesTotal"] = listed.total
    seen["noBus"] = said(client.get_event_bus(models.GetEventBusRequest(event_bus_name="none")).body)
    seen["system"] = said(client.delete_event_bus(models.DeleteEventBusRequest(event_bus_name="default")).body)


def rules():
    made = create_rule("paid", [create_target("one")])
    seen["ruleArn"] = made.data.rule_arn
    seen["ruleAgain"] = said(create_rule("paid"))
    seen["badPattern"] = said(create_rule("bad", pattern='{"source":"a"}'))
    got = client.get_rule(models.GetRuleRequest(event_bus_name=bus, rule_name="paid")).body.data
    seen["samePattern"] = got.filter_pattern == PATTERN
    seen["rule"] = [got.rule_name, got.event_bus_name, got.status, got.description]
    seen["target"] = got.targets[0].to_map()
    missing = client.get_rule(models.GetRuleRequest(event_bus_name=bus, rule_name="none"))
    seen["noRule"] = [missing.status_code] + said(missing.body)
    name = models.DisableRuleRequest(event_bus_name=bus, rule_name="paid")
    client.disable_rule(name)
    seen["disabled"] = client.get_rule(models.GetRuleRequest(event_bus_name=bus, rule_name="paid")).body.data.status
    client.enable_rule(models.EnableRuleRequest(event_bus_name=bus, rule_name="paid"))
    client.update_rule(
        models.UpdateRuleRequest(event_bus_name=bus, rule_name="paid", filter_pattern="{}", description="all")
    )
    got = client.get_rule(models.GetRuleRequest(event_bus_name=bus, rule_name="paid")).body.data
    seen["updated"] = [got.filter_pattern, got.description, got.status, len(got.targets)]


def rule_pages():
    for number in range(5):
        create_rule("page-%d" % number)
    pages, token = [], None
    while True:
        request = models.ListRulesRequest(event_bus_name=bus, rule_name_prefix="page-", limit=2, next_token=token)
        data = client.list_rules(request).body.data
        pages.append([rule.rule_name for rule in data.rules])
        token = data.next_token
        if not token:
            break
    seen["pages"] = pages
    seen["rulesTotal"] = data.total
    seen["badToken"] = said(client.list_rules(models.ListRulesRequest(event_bus_name=bus, next_token="?")).body)
    seen["badLimit"] = said(client.list_rules(models.ListRulesRequest(event_bus_name=bus, limit=1000)).body)
    for number in range(5):
        client.delete_rule(models.DeleteRuleRequest(event_bus_name=bus, rule_name="page-%d" % number))


def targets():
    seen["put"] = put_targets(put_target("two"), put_target("three"))
    seen["putBad"] = put_targets(put_target("four", "SIDEWAYS"))
    seen["putTooMany"] = put_targets(*[put_target("more%d" % number) for number in range(3)])
    request = models.ListTargetsRequest(event_bus_name=bus, rule_name="paid", limit=10)
    seen["targets"] = [each.id for each in client.list_targets(request).body.data.targets]
    gone = client.delete_targets(
        models.DeleteTargetsRequest(event_bus_name=bus, rule_name="paid", target_ids=["two", "one"])
    )
    seen["deleted"] = said(gone.body)
    seen["targetsLeft"] = [each.id for each in client.list_targets(request).body.data.targets]


def patterns():
    event = '{"source":"crm.orders","data":{"amount":5}}'

    def test(pattern, text=event):
        body = client.test_event_pattern(models.TestEventPatternRequest(event=text, event_pattern=pattern)).body
        return body.data.result if body.success else body.code

    seen["tests"] = [
        test('{"data":{"amount":[{"numeric":[">",4]}]}}'),
        test('{"source":[{"prefix":"erp."}]}'),
        test('{"source":"crm.orders"}'),
        test("{}", "no JSON"),
    ]


def streaming_request(make, name, source, **fields):
    prefix = make.__name__
    part = lambda kind: getattr(models, prefix + kind)
    wrapped = lambda kind, **members: part("SinkSinkFcParameters" + kind)(**members)
    sink = part("SinkSinkFcParameters")(
        function_name=wrapped("FunctionName", form="CONSTANT", value="f"),
        body=wrapped("Body", form="TEMPLATE", value='{"id":"$.id"}', template='{"id":"${id}"}'),
    )
    window = part("RunOptionsBatchWindow")(count_based_window=10, time_based_window=15)
    return make(
        event_streaming_name=name,
        source=source(part),
        sink=part("Sink")(sink_fc_parameters=sink),
        run_options=part("RunOptions")(batch_window=window, errors_tolerance="ALL", maximum_tasks=1),
        **fields,
    )


def queue_source(part):
    return part("Source")(source_mnsparameters=part("SourceSourceMNSParameters")(queue_name="in", region_id="cn-beijing"))


def streamings():
    create, update = models.CreateEventStreamingRequest, models.UpdateEventStreamingRequest
    made = client.create_event_streaming(streaming_request(create, "py-stream", queue_source, filter_pattern=PATTERN))
    seen["streamingArn"] = made.body.data.event_streaming_arn
    again = client.create_event_streaming(streaming_request(create, "py-stream", queue_source))
    seen["streamingAgain"] = [again.status_code] + said(again.body)
    client.update_event_streaming(streaming_request(update, "py-stream", queue_source, description="from a queue"))
    name = {"event_streaming_name": "py-stream"}
    got = client.get_event_streaming(models.GetEventStreamingRequest(**name)).body.data
    seen["streaming"] = [got.status, got.description, got.filter_pattern == PATTERN]
    seen["streamingParts"] = [got.source.to_map(), got.sink.to_map(), got.run_options.to_map()]
    started = client.start_event_streaming(models.StartEventStreamingRequest(**name))
    seen["streamingStarted"] = [started.status_code] + said(started.body) + ["SourceMNSParameters" in started.body.message]
    seen["streamingPaused"] = said(client.pause_event_streaming(models.PauseEventStreamingRequest(**name)).body)
    arn = "acs:mns:cn-beijing:1234567890123456:/queues/in"
    listed = client.list_event_streamings(models.ListEventStreamingsRequest(source_arn=arn, limit=10)).body.data
    seen["streamings"] = [[each.event_streaming_name, each.status] for each in listed.event_streamings]
    seen["streamingGone"] = said(client.delete_event_streaming(models.DeleteEventStreamingRequest(**name)).body)
    seen["noStreaming"] = said(client.get_event_streaming(models.GetEventStreamingRequest(**name)).body)


def ends():
    seen["busNotEmpty"] = said(client.delete_event_bus(models.DeleteEventBusRequest(event_bus_name=bus)).body)
    client.delete_rule(models.DeleteRuleRequest(event_bus_name=bus, rule_name="paid"))
    again = client.delete_rule(models.DeleteRuleRequest(event_bus_name=bus, rule_name="paid"))
    seen["ruleGone"] = said(again.body)
    seen["busGone"] = said(client.delete_event_bus(models.DeleteEventBusRequest(event_bus_name=bus)).body)
    try:
        client_of("wrong").list_event_buses(models.ListEventBusesRequest())
    except Exception as error:
        seen["wrongSecret"] = getattr(error, "code", repr(error))


for part in (buses, rules, rule_pages, targets, patterns, streamings, ends):
    part()
print(json.dumps(seen, ensure_ascii=False))
