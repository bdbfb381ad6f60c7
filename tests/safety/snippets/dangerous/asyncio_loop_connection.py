# approval:network: a connection by the event loop
import asyncio


async def main(factory):
    loop = asyncio.get_running_loop()
    await loop.create_connection(factory, "example.com", 80)
