"""Asks the process of this container whether it is ready; ends with 0 when it is. Standard library only."""

from __future__ import annotations

import http.client
import os
import ssl
import sys

SECONDS_MAX = 4


def ready() -> bool:
    """Tell whether the process answers that it can take requests."""
    port = int(os.environ.get("GOVSTACK_PORT", "8443"))  # noqa: TID251 (it runs without the package)
    connection: http.client.HTTPConnection
    if os.environ.get("GOVSTACK_TLS_CERTIFICATE"):  # noqa: TID251
        # The certificate names the public host, not this container; nothing but a status is asked for.
        context = ssl._create_unverified_context()  # noqa: S323, SLF001
        connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=SECONDS_MAX, context=context)
    else:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS_MAX)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if ready() else 1)
