#!/usr/bin/env python3
"""Makes every report of the sample company through the running server and looks whether its seal holds.

    tests/report.py MIMAMORI FOLDER

Signs in to `MIMAMORI demo`, makes each kind in each format, downloads it into FOLDER, holds the seal the page shows
against the file, and has the file checked: as it is, and with one byte changed. Talks to loopback only.
"""
import hashlib
import http.cookiejar
import os
import re
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

REPORTS = [("president", "html"), ("auditor", "html"), ("auditor", "xlsx"), ("auditor", "oscal"), ("auditor", "poam")]
ENDS = {"html": ".html", "xlsx": ".xlsx", "oscal": "-oscal-results.json", "poam": "-oscal-poam.json"}
SECONDS = 60


class Visitor:
    """Somebody with a browser, signed in to the sample."""

    def __init__(self, address):
        self.address = address
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), jar)
        self.post("/login", {"login": "demo", "password": "mimamori-no-tameshi"})
        self.token = re.search(r'name="form_token" value="([^"]+)"', self.get("/reports").decode()).group(1)

    def send(self, path, body=None, kind="application/x-www-form-urlencoded"):
        headers = {"Content-Type": kind, "Accept-Language": "en"} if body is not None else {"Accept-Language": "en"}
        request = urllib.request.Request(self.address + path, data=body, headers=headers)
        with self.opener.open(request, timeout=SECONDS) as answer:
            return answer.read()

    def get(self, path):
        return self.send(path)

    def post(self, path, fields):
        fields = {**fields, "form_token": getattr(self, "token", "")}
        return self.send(path, urllib.parse.urlencode(fields).encode())

    def is_as_made(self, file):
        head = ('--b\r\nContent-Disposition: form-data; name="form_token"\r\n\r\n%s\r\n--b\r\nContent-Disposition: '
                'form-data; name="file"; filename="f"\r\n\r\n' % self.token).encode()
        page = self.send("/reports/check", head + file + b"\r\n--b--\r\n", "multipart/form-data; boundary=b").decode()
        same, other = 'class="note note-good" role="status"' in page, 'class="note note-bad" role="alert"' in page
        if same == other:
            raise AssertionError("the page does not say whether the file is as it was made")
        return same


def check(visitor, folder):
    for number, (kind, format) in enumerate(REPORTS, start=1):
        visitor.post("/reports", {"kind": kind, "format": format, "lang": "ja"})
        page = visitor.get("/reports").decode()
        file = visitor.get(f"/reports/{number}")
        seal = hashlib.sha256(file).hexdigest()
        if seal not in page:
            raise AssertionError(f"{kind} {format}: the page does not show the seal {seal}")
        changed = bytearray(file)
        changed[len(changed) // 2] ^= 1
        if not visitor.is_as_made(file) or visitor.is_as_made(bytes(changed)):
            raise AssertionError(f"{kind} {format}: the seal does not hold")
        path = folder / f"{kind}{ENDS[format]}"
        path.write_bytes(file)
        print(f"{path}: {len(file)} bytes, sealed {seal[:16]}…")


def main():
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    words = [sys.argv[1], "demo", "--listen", "127.0.0.1:0"]
    environment = dict(os.environ, LC_ALL="C.UTF-8")
    server = subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=environment)
    try:
        address = next(found.group(0) for line in server.stderr if (found := re.search(r"http://[0-9.:]+", line)))
        check(Visitor(address), folder)
    finally:
        server.terminate()
        server.wait(timeout=SECONDS)
    return 0


if __name__ == "__main__":
    sys.exit(main())
