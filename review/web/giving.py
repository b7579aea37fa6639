"""A file on its way to a browser or a program: given as it is read, and ended where the reader hangs up."""

from anyio import CancelScope
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send

from review.export.taking import Taken

CODE = "Akses-Ekspor"
"""The header that says under which code a file is on record."""


class Giving(StreamingResponse):
    """The answer that gives a file away; whoever hangs up has it written down as broken off."""

    def __init__(self, taken: Taken) -> None:
        """Give this file."""
        headers = {"Content-Disposition": f'attachment; filename="{taken.name}"', CODE: taken.code}
        if taken.size is not None:
            headers["Content-Length"] = str(taken.size)
        super().__init__(taken.pieces, media_type=taken.media, headers=headers)
        self._pieces = taken.pieces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Give it, and end it whatever comes."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            with CancelScope(shield=True):
                await run_in_threadpool(self._pieces.close)
