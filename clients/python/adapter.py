"""An adapter (clients/README.md) for a complete IDX sign-up client that uses only the standard library."""

import json
import sys

from idx_client import IdxClient, Refused

OPERATIONS = ["start", "fill", "choose", "answer", "resend", "poll", "skip", "cancel", "open-link", "finish"]
HELLO = {"client": "idx-python", "version": "1.0.0", "operations": OPERATIONS, "perProcess": "many", "clock": "ignored"}


class Adapter:
    """Converts operations to calls of the client, and pages to replies."""

    def __init__(self):
        self.client = None

    def start(self, message):
        self.client = IdxClient(
            message["issuer"],
            message["clientId"],
            message.get("clientSecret"),
            message["redirectUri"],
            message["scopes"],
            message.get("caFile"),
        )
        self.client.start(message.get("activationToken"))

    def fill(self, message):
        values = dict(message["values"])
        if self.client.form("select-enroll-profile"):
            self.client.proceed("select-enroll-profile")
        if self.client.form("enroll-profile"):
            passcode = values.pop("passcode", None)
            credentials = {"credentials": {"passcode": passcode}} if passcode else {}
            self.client.proceed("enroll-profile", {"userProfile": values, **credentials})
        else:
            self.client.proceed("authenticator-enrollment-data", {"authenticator": values})

    def choose(self, message):
        values = {name: message[name] for name in ("methodType", "phoneNumber") if name in message}
        self.client.choose(message["authenticator"], values)

    def answer(self, message):
        self.client.proceed("enroll-authenticator", {"credentials": {"passcode": message["passcode"]}})

    def resend(self, _message):
        self.client.submit_current("resend")

    def poll(self, _message):
        self.client.submit_current("poll")

    def skip(self, _message):
        self.client.proceed("skip")

    def cancel(self, _message):
        self.client.cancel()

    def open_link(self, message):
        self.client.open_link(message["link"])

    def finish(self, _message):
        self.client.redeem()

    def reply(self, message):
        """Returns the reply to one message. A refusal with a page is shown as that page; other refusals are errors."""
        if message["op"] == "hello":
            return HELLO
        try:
            getattr(self, message["op"].replace("-", "_"))(message)
        except Refused as refused:
            return {"status": "error", "messages": self.client.messages(), "error": str(refused)}
        return self.shown()

    def shown(self):
        client = self.client
        reply = {"status": client.status(), "messages": client.messages()}
        if client.tokens:
            reply["tokens"] = client.tokens
        if client.remediations():
            current = client.page.get("currentAuthenticator", {}).get("value", {})
            reply["step"] = {
                "name": client.remediations()[0]["name"],
                "authenticator": current.get("key"),
                "inputs": client.inputs(),
                "canSkip": client.form("skip") is not None,
                "canResend": "resend" in current,
            }
        return reply


def main():
    adapter = Adapter()
    for line in sys.stdin:
        message = json.loads(line)
        print(json.dumps({"id": message["id"], **adapter.reply(message)}), flush=True)


if __name__ == "__main__":
    main()
