"""A console that really listens, for tests that come to it as other programs do."""

import contextlib
import socket
import threading
from collections.abc import Iterator

import uvicorn

from review.serving import listen
from review.web.app import create_app
from review.web.console import Console


class Started(uvicorn.Server):
    """A server that says when it listens."""

    def __init__(self, console: Console) -> None:
        """Serve ``console``."""
        app = create_app(console)
        super().__init__(uvicorn.Config(app, log_config=None, lifespan="off", http="h11", ws="none"))
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        self.ready.set()


@contextlib.contextmanager
def served(console: Console) -> Iterator[str]:
    """Serve a console on a port of its own, and give its address."""
    with listen("127.0.0.1", 0) as taken:
        server = Started(console)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]})
        thread.start()
        assert server.ready.wait(30)
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"
        server.should_exit = True
        thread.join(30)
