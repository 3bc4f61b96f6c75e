"""What schemathesis cannot learn from the OpenAPI document."""

import json
import os
import urllib.request

import schemathesis

URL = os.environ["FUZZ_URL"]
TOKEN = os.environ["FUZZ_TOKEN"]


def ask(method, path, body=None):
    request = urllib.request.Request(
        URL + path,
        data=None if body is None else json.dumps(body).encode(),
        headers={"authorization": f"Bearer {TOKEN}", "content-type": "application/json"},
        method=method,
    )
    with urllib.request.urlopen(request) as answer:
        return json.loads(answer.read())


def newest(tokens):
    return max((token["id"] for token in tokens), default=None)


# The token of this run, which must not be revoked.
OWN = newest(ask("GET", "/api/me/tokens")["tokens"]) if TOKEN else None

if TOKEN:

    @schemathesis.auth(refresh_interval=None)
    class Token:
        """Adds the token to each request. Signing out gets a new token to revoke."""

        def get(self, case, context):
            if case.operation.path == "/api/auth/logout":
                return ask("POST", "/api/me/tokens", {"name": "To be ended", "scope": "write"})["token"]
            return TOKEN

        def set(self, case, data, context):
            case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def filter_case(context, case):
    is_ending = case.operation.label == "DELETE /api/me/tokens/{id}"
    return not (is_ending and str((case.path_parameters or {}).get("id")) == str(OWN))
