"""The routes, thin: each reads the request, asks the store or the scheduler, and writes the answer."""

from fastapi import APIRouter

from api.routes import audit, health, keys, metrics, session, users

ROUTERS: tuple[APIRouter, ...] = (
    health.router,
    metrics.router,
    session.router,
    *users.users.routers,
    *keys.keys.routers,
    *audit.audit.routers,
)
