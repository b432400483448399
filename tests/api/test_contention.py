"""Many changes at once: each waits for its turn, and none fails because all threads wait for the one that could go on."""

from __future__ import annotations

import asyncio

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import ASGITransport, AsyncClient

from api.database import Store
from tests.api.programs.seed import seed
from tests.build import instance

MANY = 90
"""More than the server has threads."""


@pytest.mark.unmeasured
def test_more_changes_than_threads_all_succeed(app: FastAPI, admin: TestClient, store: Store):
    seed(store, instance())

    async def change_all() -> list[int]:
        transport = ASGITransport(app)
        async with AsyncClient(transport=transport, base_url="http://testserver", headers=dict(admin.headers), timeout=60) as client:
            rooms = ({"id": f"n{n}", "site": "s1", "seats": 4} for n in range(MANY))
            answers = await asyncio.gather(*(client.post("/v1/programs/demo/rooms", json=room) for room in rooms))
            return [answer.status_code for answer in answers]

    assert asyncio.run(change_all()) == [201] * MANY
