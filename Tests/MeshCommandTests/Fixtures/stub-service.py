#!/usr/bin/env python3
"""Stands for a service in tests of the supervisor and the gateway: it is ready at once and answers with what it was asked."""

import http.server
import json
import os
import signal
import sys
import threading
import time


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def answer(self):
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length)
        if self.path == "/crash":
            os._exit(9)
        if "/slow" in self.path:
            time.sleep(1)
        reply = {
            "instance": os.environ["INSTANCE"],
            "method": self.command,
            "path": self.path,
            "bytes": len(body),
            "headers": {name.lower(): value for name, value in self.headers.items()},
        }
        content = json.dumps(reply).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.send_header("x-instance-method", self.command)
        if "x-stub-location" in self.headers:
            self.send_header("location", self.headers["x-stub-location"])
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = answer

    def log_message(self, *arguments):
        pass


if os.environ.get("STUB_FAILS") == os.environ["INSTANCE"]:
    sys.exit(3)
server = http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["LISTEN_PORT"])), Handler)
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
server.serve_forever()
