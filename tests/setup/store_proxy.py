"""Stands between huizong and an object store and lets requests fail: store_proxy.py UPSTREAM-PORT PLAN

PLAN is a JSON list of faults; each is met by the first `times` requests whose method and path it matches:

    {"fault": "503", "method": "PUT", "path": "/releases/", "times": 3}

- `503`: answers SlowDown, and asks the store nothing
- `403`: answers AccessDenied, and asks the store nothing
- `late`: keeps the request waiting for `seconds`, then does what is asked
- `stall`: keeps the request waiting for `seconds`, then closes the connection
- `cut`: sends half of the answer, then closes the connection
- `lose`: lets the store do what is asked, and closes the connection without its answer
- `stale`: answers with what the store answered to the first such request (a list of long ago)

Prints its port once it listens, and a line for each fault. Ends with the process that started it.
"""

import http.client
import json
import os
import re
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

UPSTREAM = int(sys.argv[1])
PLAN = json.loads(sys.argv[2])
LOCK = threading.Lock()
ERRORS = {
    "403": b"<Error><Code>AccessDenied</Code><Message>denied</Message></Error>",
    "503": b"<Error><Code>SlowDown</Code><Message>slow down</Message></Error>",
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def fault(self):
        with LOCK:
            for fault in PLAN:
                matches = re.search(fault.get("path", ""), self.path) and fault.get("method", self.command) == self.command
                if matches and fault["times"] > 0:
                    fault["times"] -= 1
                    print("fault", fault["fault"], self.command, self.path, flush=True)
                    return fault
        return {"fault": None}

    def forward(self):
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        fault = self.fault()
        kind = fault["fault"]
        if kind in ERRORS:
            return self.answer(int(kind), [("Content-Type", "application/xml")], ERRORS[kind])
        if kind == "late":
            time.sleep(fault["seconds"])
        if kind == "stall":
            time.sleep(fault["seconds"])
            return self.hang_up()
        if kind == "stale" and "seen" in fault:
            return self.answer(*fault["seen"])
        store = http.client.HTTPConnection("127.0.0.1", UPSTREAM)
        store.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            store.putheader(name, value)
        store.endheaders(body)
        found = store.getresponse()
        content = found.read()
        headers = [(n, v) for n, v in found.getheaders() if n.lower() not in ("transfer-encoding", "connection")]
        if kind == "lose":
            return self.hang_up()
        if kind == "stale":
            # What was first answered is answered again.
            fault["seen"] = (found.status, headers, content)
        if kind == "cut":
            return self.answer(found.status, headers, content[: len(content) // 2], len(content))
        return self.answer(found.status, headers, content)

    def answer(self, status, headers, content, length=None):
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() != "content-length":
                self.send_header(name, value)
        is_head = self.command == "HEAD"
        said = dict((name.lower(), value) for name, value in headers).get("content-length")
        self.send_header("Content-Length", said if is_head and said else str(length or len(content)))
        self.end_headers()
        if not is_head:
            self.wfile.write(content)
        if length:
            self.hang_up()

    def hang_up(self):
        self.wfile.flush()
        self.close_connection = True
        self.connection.close()

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = forward

    def log_message(self, *_):
        pass


def main():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()
    os._exit(0)


main()
