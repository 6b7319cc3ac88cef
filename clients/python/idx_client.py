"""IDX sign-up over HTTP: interact, introspect, then the forms that the pages offer."""

import base64
import hashlib
import json
import secrets
import ssl
import urllib.error
import urllib.parse
import urllib.request

ION = "application/ion+json; okta-version=1.0.0"
FORM = "application/x-www-form-urlencoded"


class Refused(Exception):
    """The server or the page refuses a request, and there is no page to continue with."""


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Does not follow redirects: an email's link redirects to the application, which this client does not run."""

    def redirect_request(self, *_arguments):
        return None


class IdxClient:
    """One sign-up of one user."""

    def __init__(self, issuer, client_id, client_secret, redirect_uri, scopes, ca_file=None):
        self.issuer = issuer
        self.client_id = client_id
        self.client_secret = client_secret
        self.redirect_uri = redirect_uri
        self.scopes = scopes
        self.verifier = None
        self.page = {}
        self.tokens = None
        handlers = [NoRedirect]
        if ca_file:
            handlers.append(urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=ca_file)))
        self.opener = urllib.request.build_opener(*handlers)

    # The actions of a sign-up.

    def start(self, activation_token=None):
        self.verifier = secrets.token_urlsafe(32)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()
        parameters = {
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "scope": " ".join(self.scopes),
            "redirect_uri": self.redirect_uri,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "state": secrets.token_urlsafe(16),
            "nonce": secrets.token_urlsafe(16),
            "activation_token": activation_token,
        }
        response = self.post_form(f"{self.oauth_base()}/v1/interact", parameters)
        origin = "{0.scheme}://{0.netloc}".format(urllib.parse.urlsplit(self.issuer))
        self.post_json(f"{origin}/idp/idx/introspect", {"interactionHandle": response["interaction_handle"]}, ION)

    def proceed(self, name, values=None):
        form = self.form(name)
        if form is None:
            offered = ", ".join(form["name"] for form in self.remediations()) or "nothing"
            raise Refused(f"the page does not offer {name}; it offers {offered}")
        self.submit(form, values or {})

    def choose(self, key, values):
        form = self.form("select-authenticator-enroll")
        for field in form["value"] if form else []:
            for option in field.get("options", []):
                if self.resolve(option["relatesTo"])["key"] == key:
                    chosen = {**fixed(option["value"]["form"]["value"]), **values}
                    self.submit(form, {field["name"]: chosen})
                    return
        raise Refused(f"the page does not offer {key}")

    def submit_current(self, name):
        form = self.page.get("currentAuthenticator", {}).get("value", {}).get(name)
        if form is None:
            raise Refused(f"the page does not offer {name}")
        self.submit(form, {})

    def cancel(self):
        self.submit(self.page["cancel"], {})

    def open_link(self, link):
        self.send(urllib.request.Request(link, headers={"Accept": "text/html"}))

    def redeem(self):
        success = self.page.get("successWithInteractionCode")
        if success is None:
            raise Refused("there is no interaction code to redeem")
        own = {"code_verifier": self.verifier, "client_secret": self.client_secret}
        parameters = {field["name"]: field.get("value", own.get(field["name"])) for field in success["value"]}
        response = self.post_form(success["href"], parameters)
        names = {"accessToken": "access_token", "idToken": "id_token", "refreshToken": "refresh_token"}
        self.tokens = {shown: response[name] for shown, name in names.items() if name in response}

    # The contents of the page.

    def remediations(self):
        return self.page.get("remediation", {}).get("value", [])

    def form(self, name):
        return next((form for form in self.remediations() if form["name"] == name), None)

    def status(self):
        if self.tokens or "successWithInteractionCode" in self.page:
            return "success"
        return "pending" if self.remediations() else "terminal"

    def inputs(self):
        """The names of the fields that a user fills in on the first form."""
        return [field["name"] for field in leaves(self.remediations()[0]["value"]) if field.get("mutable", True)]

    def messages(self):
        found = list(self.page.get("messages", {}).get("value", []))
        for form in self.remediations():
            for field in leaves(form["value"]):
                found += field.get("messages", {}).get("value", [])
        return [{"class": m.get("class"), "key": m.get("i18n", {}).get("key"), "text": m["message"]} for m in found]

    def resolve(self, path):
        """The value of a path such as $.authenticators.value[0]."""
        value = self.page
        for part in path.removeprefix("$.").replace("[", ".").replace("]", "").split("."):
            value = value[int(part)] if part.isdigit() else value[part]
        return value

    # HTTP requests.

    def submit(self, form, values):
        body = merged(fixed(form["value"]), values)
        self.post_json(form["href"], body, form.get("accepts", "application/json"), form["method"])

    def post_json(self, url, body, media_type, method="POST"):
        headers = {"Content-Type": media_type, "Accept": ION}
        _, page = self.send(urllib.request.Request(url, json.dumps(body).encode(), headers, method=method))
        if "version" not in page:
            raise Refused(page.get("errorSummary") or "the response is not an IDX page")
        self.page = page

    def post_form(self, url, parameters):
        body = urllib.parse.urlencode({name: value for name, value in parameters.items() if value is not None})
        headers = {"Content-Type": FORM, "Accept": "application/json"}
        status, response = self.send(urllib.request.Request(url, body.encode(), headers))
        if status != 200:
            raise Refused(response.get("error_description") or response.get("errorSummary") or f"status {status}")
        return response

    def send(self, request):
        try:
            with self.opener.open(request, timeout=30) as response:
                return response.status, parsed(response)
        except urllib.error.HTTPError as error:
            return error.code, parsed(error)

    def oauth_base(self):
        return self.issuer if "/oauth2/" in self.issuer else f"{self.issuer}/oauth2"


def parsed(response):
    body = response.read()
    return json.loads(body) if "json" in (response.headers.get("Content-Type") or "") else {}


def leaves(fields):
    """The fields that contain a value, including nested fields."""
    for field in fields:
        inner = field.get("form", {}).get("value")
        yield from leaves(inner) if inner else [field]


def fixed(fields):
    """The values that the server has already set, such as the handle or the id of a choice."""
    body = {}
    for field in fields:
        inner = fixed(field.get("form", {}).get("value", []))
        if isinstance(field.get("value"), (str, bool, int)):
            body[field["name"]] = field["value"]
        elif inner:
            body[field["name"]] = inner
    return body


def merged(body, values):
    for name, value in values.items():
        known = body.get(name)
        body[name] = merged(known, value) if isinstance(known, dict) and isinstance(value, dict) else value
    return body
