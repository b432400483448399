"""The routes, thin: each reads the request, asks the store or the scheduler, and writes the answer."""

from fastapi import APIRouter

from api.routes import health, metrics

ROUTERS: tuple[APIRouter, ...] = (health.router, metrics.router)
