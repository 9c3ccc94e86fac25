"""A mail server that takes everything and keeps each message in a file of its own.

Usage: mail_sink.py ADDRESS FOLDER
"""

import asyncio
import json
import os
import sys

import aiosmtpd.smtp


class Keeper:
    """Writes each message down, whole, before it says that it has it."""

    def __init__(self, folder: str):
        self.folder = folder
        self.count = 0

    async def handle_DATA(self, _server, _session, envelope):
        self.count += 1
        name = os.path.join(self.folder, f"{self.count:05}")
        with open(f"{name}.next", "w", encoding="ascii") as file:
            json.dump({"from": envelope.mail_from, "to": envelope.rcpt_tos,
                       "content": envelope.original_content.decode("latin-1")}, file)
        os.rename(f"{name}.next", name)
        return "250 taken"


async def main(address: str, folder: str) -> None:
    keeper = Keeper(folder)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: aiosmtpd.smtp.SMTP(keeper, hostname="sink.example"), address, 25)
    await server.serve_forever()


asyncio.run(main(*sys.argv[1:]))
