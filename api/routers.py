"""The routes, thin: each reads the request, asks the store or the scheduler, and writes the answer."""

from fastapi import APIRouter

from api.accounts.routes import audit_trail as audit
from api.accounts.routes import keys, session, users
from api.announcements import routes as announcements
from api.attendance.routes import attendance, minutes
from api.busy import routes as busy
from api.calls import routes as calls
from api.catalogue import routes as catalogue
from api.consents import routes as consents
from api.contacts import routes as contacts
from api.feeds.routes import calendars as cal
from api.feeds.routes import feeds
from api.fhir.routes import importing as fhir_import
from api.fhir.routes import reading as fhir
from api.instances import routes as instances
from api.jobs.routes import generating, jobs, solve
from api.letters import routes as letters
from api.operations.routes import health, metrics
from api.outbox import routes as outbox
from api.pages import static_files as static
from api.pages.own import away as own_away
from api.pages.own import calendar as own_calendar
from api.pages.own import my_preferences as own_wishes
from api.pages.own import week as own_page
from api.pages.setup import first_director as first_start
from api.programs.routes import entities as kept
from api.programs.routes import programs
from api.publishing import routes as publishing
from api.spreadsheets.routes import spreadsheets, workbook_files
from api.tools import routes as tools
from api.visits import routes as page_links
from api.webhooks import routes as webhooks
from api.weeks.routes import comparing, editing, pins, published, rosters, weeks

ROUTERS: tuple[APIRouter, ...] = (
    health.router,
    metrics.router,
    static.router,
    solve.router,
    jobs.router,
    tools.router,
    catalogue.router,
    cal.router,
    feeds.router,
    session.router,
    first_start.router,
    programs.router,
    kept.router,
    consents.router,
    busy.router,
    instances.router,
    workbook_files.router,
    spreadsheets.router,
    weeks.router,
    pins.router,
    generating.router,
    rosters.router,
    editing.router,
    comparing.router,
    publishing.router,
    calls.router,
    contacts.router,
    outbox.router,
    webhooks.router,
    published.router,
    attendance.router,
    minutes.router,
    letters.router,
    fhir.router,
    fhir_import.router,
    page_links.router,
    announcements.router,
    own_page.router,
    own_calendar.router,
    own_away.router,
    own_wishes.router,
    *users.users.routers,
    *keys.keys.routers,
    *audit.audit.routers,
)
