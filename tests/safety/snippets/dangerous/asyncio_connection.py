# approval:network: a connection by asyncio
import asyncio


async def main(host):
    reader, writer = await asyncio.open_connection(host, 80)
    return await reader.read()
