"""What the scripts beside it share: checks with names, tensors of every datatype, and where the server is."""
import asyncio
import inspect
import json
import os
import time

import numpy

URL = os.environ["MESH_URL"].rstrip("/")
HOST = URL.removeprefix("http://")
KEY = os.environ.get("MESH_KEY")
"""An API key; none where the server asks for none."""
HEADERS = {"Authorization": "Bearer " + KEY} if KEY else {}
TYPES = os.environ["MESH_TYPES"]
"""Name of a model that gives each input `x`, one of each datatype, as an output `x_out`."""
VERSION = os.environ.get("MESH_TYPES_VERSION", "1")

TENSORS = {
    "BOOL": numpy.array([[True, False], [False, True]]),
    "UINT8": numpy.array([[0, 255], [1, 2]], dtype=numpy.uint8),
    "UINT16": numpy.array([[0, 65535], [1, 2]], dtype=numpy.uint16),
    "UINT32": numpy.array([[0, 4294967295], [1, 2]], dtype=numpy.uint32),
    "UINT64": numpy.array([[0, 18446744073709551615], [1, 2]], dtype=numpy.uint64),
    "INT8": numpy.array([[-128, 127], [0, -1]], dtype=numpy.int8),
    "INT16": numpy.array([[-32768, 32767], [0, -1]], dtype=numpy.int16),
    "INT32": numpy.array([[-2147483648, 2147483647], [0, -1]], dtype=numpy.int32),
    "INT64": numpy.array([[-9223372036854775808, 9223372036854775807], [9007199254740993, -1]], dtype=numpy.int64),
    "FP16": numpy.array([[65504, -0.5], [6.1e-05, 1]], dtype=numpy.float16),
    "FP32": numpy.array([[3.4028235e38, -1.5], [1.1754944e-38, 0.1]], dtype=numpy.float32),
    "FP64": numpy.array([[1.7976931348623157e308, -1.5], [2.2250738585072014e-308, 0.1]], dtype=numpy.float64),
    "BYTES": numpy.array([["ä \"quoted\"\n".encode(), b""], [b"plain", "\U0001f600".encode()]], dtype=numpy.object_),
}
"""Values at the ends of each datatype's range, and texts that need escapes: two rows of two elements."""


def same(left, right):
    """Whether two arrays are of the same datatype and hold the same elements; texts may be bytes or not, as JSON has them."""
    left, right = (in_bytes(numpy.asarray(array)) for array in (left, right))
    return left.dtype == right.dtype and left.shape == right.shape and bool((left == right).all())


def in_bytes(array):
    if array.dtype.kind not in "OUS":
        return array
    flat = [element if isinstance(element, bytes) else str(element).encode() for element in array.flatten().tolist()]
    made = numpy.empty(len(flat), dtype=numpy.object_)
    made[:] = flat
    return made.reshape(array.shape)


async def got(value):
    """The value of a call, whether the client is asynchronous or not."""
    return await value if inspect.isawaitable(value) else value


class Checks:
    """Named checks, and what was seen where one did not hold."""

    def __init__(self):
        self.passed, self.failed = [], []

    def check(self, name, holds, seen=None):
        if holds:
            self.passed.append(name)
        else:
            self.failed.append({"name": name, "seen": (str(seen) or repr(seen))[:500]})

    async def value(self, name, call):
        """The value of a call that must succeed; None when it does not."""
        try:
            value = await got(call())
        except Exception as error:
            self.check(name, False, error)
            return None
        self.check(name, True)
        return value

    async def refused(self, name, call, status, *words):
        """A call that must be refused with a status and words."""
        try:
            seen = await got(call())
        except Exception as error:
            seen = f"{error_status(error)} {error}"
            self.check(name, error_status(error) == status and all(word in str(error) for word in words), seen)
        else:
            self.check(name, False, seen)

    async def until(self, name, call, holds, seconds=60):
        """Asks until the answer is as it should be: several instances come to the same state by and by."""
        end = time.monotonic() + seconds
        while True:
            try:
                seen = await got(call())
                if holds(seen):
                    return self.check(name, True)
            except Exception as error:
                seen = error
            if time.monotonic() > end:
                return self.check(name, False, seen)
            await asyncio.sleep(0.05)

    def report(self):
        print(json.dumps({"passed": self.passed, "failed": self.failed}))


def error_status(error):
    """The HTTP status that a client's error tells."""
    if callable(getattr(error, "status", None)):
        return int(error.status() or 0)
    return getattr(getattr(error, "response", None), "status_code", None)
