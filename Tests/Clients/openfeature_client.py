"""Evaluates the flag of a capability with OpenFeature's OFREP provider; prints what it saw as JSON."""
import json
import os
import time

from openfeature import api
from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.evaluation_context import EvaluationContext

FLAG = os.environ["MESH_MODEL"]
USERS = 200


def evaluate(client, user, flag=FLAG):
    details = client.get_string_details(flag, "fallback", EvaluationContext(targeting_key=user))
    return {"variant": details.variant, "value": details.value, "reason": str(details.reason and getattr(details.reason, "value", details.reason)),
            "error": details.error_code and details.error_code.value}


def wait_for_split(client):
    """The router's instances hear of a new stage within a moment."""
    end = time.monotonic() + 60
    while evaluate(client, "probe")["reason"] != "SPLIT":
        if time.monotonic() > end:
            raise SystemExit(f"no split: {evaluate(client, 'probe')}")
        time.sleep(0.1)


def main():
    key = os.environ["MESH_KEY"]
    api.set_provider(OFREPProvider(os.environ["MESH_URL"], headers_factory=lambda: {"Authorization": "Bearer " + key}, timeout=30))
    client = api.get_client()
    wait_for_split(client)
    users = [f"user-{number}" for number in range(USERS)]
    print(json.dumps({
        "users": [evaluate(client, user) for user in users],
        "again": [evaluate(client, user) for user in users],
        "unknown": evaluate(client, "user-0", flag="nothing"),
    }))


main()
