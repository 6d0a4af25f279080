"""The web app reads the real domain: registered, read, refused once, and a package of group policy downloaded.

    web.py MIMAMORI ADDRESS AUTHORITY PASSWORD-FILE PACKAGE.zip BAD-COUNT-COMMAND...

The command prints how often the account `reader` gave a wrong password. Talks to loopback only.
"""
import http.cookiejar
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

SECONDS = 90


class Visitor:
    """Somebody with a browser."""

    def __init__(self, address):
        self.address = address
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), jar)
        self.token = ""

    def send(self, path, body=None, kind="application/x-www-form-urlencoded"):
        headers = {"Accept-Language": "en", "Origin": self.address}
        if body is not None:
            headers["Content-Type"] = kind
        request = urllib.request.Request(self.address + path, data=body, headers=headers)
        try:
            with self.opener.open(request, timeout=SECONDS) as answer:
                return answer.status, answer.geturl(), answer.read()
        except urllib.error.HTTPError as error:
            return error.code, path, error.read()

    def page(self, path):
        status, _, body = self.send(path)
        text = body.decode()
        found = re.search(r'name="form_token" value="([^"]+)"', text)
        self.token = found.group(1) if found else self.token
        return status, text

    def post_parts(self, path, fields):
        """A form that could carry a file."""
        parts = [f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
                 for name, value in [("form_token", self.token), *fields]]
        return self.send(path, ("".join(parts) + "--b--\r\n").encode(), "multipart/form-data; boundary=b")

    def post(self, path, fields):
        fields = [*fields, ("form_token", self.token)]
        return self.send(path, urllib.parse.urlencode(fields).encode())


def main():
    program, domain, authority, password_file, package, *count = sys.argv[1:]
    password = Path(password_file).read_text().strip()
    bad = lambda: int(subprocess.run(count, capture_output=True, text=True, check=True).stdout)
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        server = subprocess.Popen([program, "serve", "--data", folder, "--listen", f"127.0.0.1:{port}", "--agent-listen", "off"],
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        try:
            code = ""
            while not code:
                line = server.stdout.readline()
                assert line, "the server ended"
                found = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", line)
                code = found.group(0) if found else ""
            time.sleep(0.5)
            visitor = Visitor(f"http://127.0.0.1:{port}")
            visitor.post("/setup", [("code", code), ("name", "Sato"), ("login", "sato"), ("password", "correct-horse-battery"),
                                    ("company_name", "ACME"), ("people", "24"), ("parts", "active_directory"), ("profile", "csaj-2018")])
            visitor.post("/login", [("login", "sato"), ("password", "correct-horse-battery"), ("next", "/")])
            assert visitor.page("/directories/new")[0] == 200
            fields = [("url", f"ldaps://{domain}"), ("user", "reader@mima.example"), ("every", "off"), ("hour", "3"), ("weekday", "1"),
                      ("sysvol", "on"), ("ca_pem", Path(authority).read_text())]
            began = time.time()
            status, where, body = visitor.post_parts("/directories", [*fields, ("password", password), ("act", "try")])
            assert status == 200, (status, body.decode()[:2000])
            print(f"read through the web in {time.time() - began:.1f} s: {where.rsplit('/', 1)[-1]}")
            number = re.search(r"/directories/(\d+)", where).group(1)
            status, facts = visitor.page("/directories/mima.example/facts")
            assert status == 200 and "corp-root" in facts and "Domain Admins" in facts, facts[:2000]
            for statement in ("6.1.1-1", "6.1.2-1", "6.1.4-1"):
                assert visitor.page(f"/statements/{statement}")[0] == 200
            status, _, body = visitor.post("/directories/mima.example/policy", [("change", name) for name in
                                           ("lm-level", "no-lm-hash", "smb1-off", "ntlm-audit")])
            assert status == 200 and body.startswith(b"PK"), body[:300]
            Path(package).write_bytes(body)
            # A refused password is tried once, and not again by a second click.
            before = bad()
            _, page = visitor.page(f"/directories/{number}")
            after = re.search(r'name="after" value="(\d*)"', page)
            again = [*fields, ("password", "not-the-password"), ("act", "try"), *([("after", after.group(1))] if after else [])]
            status, _, body = visitor.post_parts(f"/directories/{number}", again)
            assert bad() == before + 1, (before, bad(), body.decode()[:3000])
            visitor.page(f"/directories/{number}")
            status, _, body = visitor.post(f"/directories/{number}/read", [])
            assert bad() == before + 1, "a refused password was tried again"
            for file in Path(folder).iterdir():
                assert password.encode() not in file.read_bytes(), f"{file} holds the password"
            print("web: read, refused once, package downloaded")
        finally:
            server.terminate()
            server.wait(20)


main()
