"""A small client of Identity v2.0 and of the services in its catalogue. Only the
standard library: the lab's own Python has no OpenStack client for this age."""
import json
import urllib.error
import urllib.request

_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class HTTPError(Exception):
    def __init__(self, method, url, code, body):
        Exception.__init__(self, "%s %s: %s %s" % (method, url, code, body[:500]))
        self.code, self.body = code, body


def request(method, url, body=None, token=None, headers=None, raw=False, timeout=120):
    """-> (status, headers, body); the body decoded from JSON unless raw"""
    h = {"Accept": "application/json"}
    data = None
    if isinstance(body, (bytes, bytearray)):
        data = bytes(body)
        h["Content-Type"] = "application/octet-stream"
    elif body is not None:
        data = json.dumps(body).encode()
        h["Content-Type"] = "application/json"
    if token:
        h["X-Auth-Token"] = token
    h.update(headers or {})
    req = urllib.request.Request(url, data=data, headers=h, method=method)
    try:
        with _opener.open(req, timeout=timeout) as r:
            code, hdrs, out = r.status, dict(r.headers), r.read()
    except urllib.error.HTTPError as e:
        code, hdrs, out = e.code, dict(e.headers), e.read()
    if not raw:
        try:
            out = json.loads(out.decode()) if out else None
        except ValueError:
            out = out.decode("utf-8", "replace")
    return code, hdrs, out


class Session:
    def __init__(self, ip, username, password, tenant):
        self.ip = ip
        url = "http://%s:5000/v2.0/tokens" % ip
        code, _, out = request("POST", url, {
            "auth": {"passwordCredentials": {"username": username, "password": password},
                     "tenantName": tenant}})
        if code != 200:
            raise HTTPError("POST", url, code, json.dumps(out))
        self.access = out["access"]
        self.token = self.access["token"]["id"]
        self.tenant_id = self.access["token"]["tenant"]["id"]
        self.user_id = self.access["user"]["id"]

    def endpoint(self, service):
        if service == "identity":     # the admin port: the public one knows no users
            return "http://%s:35357/v2.0" % self.ip
        for s in self.access["serviceCatalog"]:
            if s["type"] == service:
                return s["endpoints"][0]["publicURL"].rstrip("/")
        raise KeyError(service)

    def call(self, method, service, path, body=None, ok=(), **kw):
        """The answer's body; ok names statuses beyond 2xx that are no errors."""
        url = self.endpoint(service) + path
        code, _, out = request(method, url, body, self.token, **kw)
        if not (200 <= code < 300 or code in ok):
            raise HTTPError(method, url, code, json.dumps(out) if not isinstance(out, bytes) else repr(out))
        return out

    def get(self, service, path, **kw):
        return self.call("GET", service, path, **kw)

    def post(self, service, path, body=None, **kw):
        return self.call("POST", service, path, body, **kw)

    def put(self, service, path, body=None, **kw):
        return self.call("PUT", service, path, body, **kw)

    def delete(self, service, path, **kw):
        return self.call("DELETE", service, path, **kw)
