"""The routes, thin: each reads the request, asks the store or the scheduler, and writes the answer."""

from fastapi import APIRouter

from api.routes import (
    attendance,
    audit,
    editing,
    generating,
    health,
    instances,
    jobs,
    kept,
    keys,
    metrics,
    minutes,
    pins,
    programs,
    published,
    publishing,
    rosters,
    session,
    solve,
    users,
    weeks,
)

ROUTERS: tuple[APIRouter, ...] = (
    health.router,
    metrics.router,
    solve.router,
    jobs.router,
    session.router,
    programs.router,
    kept.router,
    instances.router,
    weeks.router,
    pins.router,
    generating.router,
    rosters.router,
    editing.router,
    publishing.router,
    published.router,
    attendance.router,
    minutes.router,
    *users.users.routers,
    *keys.keys.routers,
    *audit.audit.routers,
)
