import asyncio

from aesthetix.operations.hybrid import Hybrid


def echo(name):
    def application(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [f"{name} {environ['SCRIPT_NAME']} {environ['PATH_INFO']}".encode()]

    return application


def scope(path):
    return {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "headers": [],
        "http_version": "1.1",
        "server": ("127.0.0.1", 80),
    }


async def call(application, path):
    sent = []

    async def receive():
        await asyncio.sleep(3600)

    async def send(message):
        sent.append(message)

    await application(scope(path), receive, send)
    return sent


def body(sent):
    return b"".join(message.get("body", b"") for message in sent).decode()


def test_each_path_reaches_its_own_application():
    async def play():
        hybrid = Hybrid(echo("pages"), threads=1)
        hybrid.mount_wsgi("/phone-lab/", echo("lab"), threads=1)
        return [body(await call(hybrid, path)) for path in ("/inbox/", "/phone-lab/2010/Calls.json", "/phone-label")]

    assert asyncio.run(play()) == ["pages  /inbox/", "lab /phone-lab /2010/Calls.json", "pages  /phone-label"]


def test_an_open_stream_ends_when_the_server_stops():
    async def stream(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"hello", "more_body": True})
        assert await receive() == {"type": "http.disconnect"}

    async def play():
        hybrid = Hybrid(echo("pages"), threads=1)
        hybrid.mount_live("/live/", stream)
        asyncio.get_running_loop().call_later(0.05, hybrid.stopping.set)
        return await asyncio.wait_for(call(hybrid, "/live/"), timeout=5)

    assert asyncio.run(play())[-1] == {"type": "http.response.body", "body": b"", "more_body": False}
