"""A server of pycrdt-websocket that keeps its documents in a folder. `python pycrdt_server.py PORT FOLDER [deny]`"""

import asyncio
import sys
from pathlib import Path
from urllib.parse import quote

from hypercorn.asyncio import serve
from hypercorn.config import Config
from pycrdt import Doc
from pycrdt.websocket import ASGIServer, WebsocketServer, YRoom

PORT, FOLDER, *DENIES = sys.argv[1:]


class Kept(WebsocketServer):
    """What a room takes is on disk before anybody is told of it."""

    async def get_room(self, name):
        if name not in self.rooms:
            doc = Doc()
            file = Path(FOLDER) / quote(name, safe="")
            if file.exists():
                for line in file.read_text().splitlines():
                    doc.apply_update(bytes.fromhex(line))
            self.rooms[name] = YRoom(ydoc=doc)
            self.rooms[name].kept = doc.observe(lambda event: keep(file, event.update))
        await self.start_room(self.rooms[name])
        return self.rooms[name]


def keep(file, update):
    with file.open("a") as lines:
        lines.write(update.hex() + "\n")


async def deny(scope, receive, send):
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": 4403})


async def main():
    config = Config()
    config.bind = [f"127.0.0.1:{PORT}"]
    config.loglevel = "ERROR"
    async with Kept(auto_clean_rooms=False) as server:
        await serve(deny if DENIES else ASGIServer(server), config)


asyncio.run(main())
