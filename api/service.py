"""The service put together: database, job engine and application. The one place where each is chosen."""

from __future__ import annotations

from fastapi import FastAPI

from api.app import create_app
from api.database import Store
from api.delivery.deliverer import Deliverer
from api.jobs.dbos_engine import DbosEngine
from api.kernel.settings import Settings


def make_service(settings: Settings, store: Store) -> FastAPI:
    """Create the application on a database with the newest schema."""
    return create_app(settings, store, DbosEngine(settings, store), Deliverer(settings, store))
