# approval:command: a shell by asyncio
import asyncio


async def main():
    return await asyncio.create_subprocess_shell("ls")
