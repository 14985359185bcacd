"""`python -m workbench.service`: the service until SIGINT or SIGTERM."""

from __future__ import annotations

import sys

from workbench.errors import WorkbenchError
from workbench.retention.head_keeper import HeadKeeper
from workbench.runtime import open_runtime
from workbench.service.server import make_server
from workbench.settings import load_settings, refuse_other_roles


def main() -> int:
    """Serve on the host and port of the settings; return the exit code."""
    try:
        settings = load_settings()
        refuse_other_roles(settings)
        with open_runtime(settings) as runtime:
            server = make_server(runtime, host=settings.host, port=settings.service_port)
            print(f"Serving on http://{settings.host}:{settings.service_port}", flush=True)  # noqa: T201 - an entry point
            keeper = HeadKeeper(
                runtime.log_heads,
                audit=runtime.audit,
                policy=runtime.policy,
                clock=runtime.clock,
            )
            with keeper.while_open():
                server.run()
    except WorkbenchError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)  # noqa: T201 - an entry point
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
