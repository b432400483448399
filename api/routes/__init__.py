"""The routes, thin: each reads the request, asks the store or the scheduler, and writes the answer."""

from fastapi import APIRouter

from api.routes import health

ROUTERS: tuple[APIRouter, ...] = (health.router,)
