"""One port for everything: pages in threads (WSGI), the live stream on the event loop (ASGI)."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, cast

from a2wsgi import WSGIMiddleware

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApplication = Callable[[Scope, Receive, Send], Awaitable[None]]
WSGIApplication = Callable[..., Any]


class Hybrid:
    """Gives each request to the application of the longest matching path prefix."""

    def __init__(self, pages: WSGIApplication, *, threads: int = 8) -> None:
        self._routes = [("", _in_threads(pages, threads))]
        self.stopping = asyncio.Event()

    def mount_live(self, prefix: str, application: ASGIApplication) -> None:
        self._mount(prefix, self._until_stopping(application))

    def mount_wsgi(self, prefix: str, application: WSGIApplication, *, threads: int) -> None:
        """The application sees the prefix in SCRIPT_NAME and the rest of the path in PATH_INFO."""
        inner = _in_threads(application, threads)

        async def below(scope: Scope, receive: Receive, send: Send) -> None:
            await inner({**scope, "root_path": prefix.rstrip("/")}, receive, send)

        self._mount(prefix, below)

    def _mount(self, prefix: str, application: ASGIApplication) -> None:
        self._routes = sorted([*self._routes, (prefix, application)], key=lambda route: -len(route[0]))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        application = next(app for prefix, app in self._routes if scope["path"].startswith(prefix))
        await application(scope, receive, send)

    def _until_stopping(self, application: ASGIApplication) -> ASGIApplication:
        """A stream never ends by itself: when the server stops, its client seems to have gone."""

        async def stream(scope: Scope, receive: Receive, send: Send) -> None:
            ended = False

            async def receive_or_stop() -> Message:
                waiting = [asyncio.ensure_future(receive()), asyncio.ensure_future(self.stopping.wait())]
                await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                for task in waiting:
                    task.cancel()
                return {"type": "http.disconnect"} if self.stopping.is_set() else waiting[0].result()  # type: ignore[return-value]

            async def send_and_note(message: Message) -> None:
                nonlocal ended
                ended = ended or (message["type"] == "http.response.body" and not message.get("more_body"))
                await send(message)

            await application(scope, receive_or_stop, send_and_note)
            if self.stopping.is_set() and not ended:
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        return stream


def _in_threads(application: WSGIApplication, threads: int) -> ASGIApplication:
    return cast(ASGIApplication, WSGIMiddleware(application, workers=threads))
