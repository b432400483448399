"""Every router, in the order in which the description of the API shows them."""

from fastapi import APIRouter

from api.accounts.routes import audit_trail, keys, password_links, session, users
from api.announcements import routes as announcements
from api.attendance.routes import attendance, late_notices, make_up, minutes, outreach
from api.busy import routes as busy
from api.calls import routes as calls
from api.catalogue import routes as catalogue
from api.consents import routes as consents
from api.contacts import routes as contacts
from api.deletions import routes as deletions
from api.disruptions import routes as disruptions
from api.due import routes as due
from api.exports import routes as exports
from api.feeds.routes import calendars, feeds
from api.fhir.routes import importing as fhir_importing
from api.fhir.routes import reading as fhir_reading
from api.instances import routes as instances
from api.jobs.routes import generating, jobs, solve
from api.offers.routes import left_open
from api.offers.routes import offering as offers
from api.operations.routes import health, metrics
from api.outbox import routes as outbox
from api.pages import static_files
from api.pages.admin import audit as admin_audit
from api.pages.admin import backup as admin_backup
from api.pages.admin import keys as admin_keys
from api.pages.admin import policy as admin_policy
from api.pages.admin import users as admin_users
from api.pages.attendance import routes as attendance_pages
from api.pages.begin import routes as begin
from api.pages.begin import workbook as begin_workbook
from api.pages.due import acts as due_acts
from api.pages.due import leave as due_leave
from api.pages.due import routes as due_pages
from api.pages.happened import calls as happened_calls
from api.pages.happened import routes as happened
from api.pages.letters import routes as letters
from api.pages.own import calendar, my_preferences, time_off, week
from api.pages.paper import routes as paper
from api.pages.people import availability as person_availability
from api.pages.people import busy as person_busy
from api.pages.people import calendars as person_calendars
from api.pages.people import consents as person_consents
from api.pages.people import letters as person_letters
from api.pages.people import routes as people
from api.pages.people import stay as person_stay
from api.pages.phone import caller as phone_caller
from api.pages.phone import hours as phone_hours
from api.pages.phone import make_up as phone_make_up
from api.pages.phone import routes as phone
from api.pages.phone import short_weeks as phone_short_weeks
from api.pages.phone import waiting_routes as phone_waiting
from api.pages.plan import routes as plan
from api.pages.search import routes as search
from api.pages.setup import first_director
from api.pages.sign_in import forgotten
from api.pages.sign_in import routes as sign_in
from api.pages.today import acts as today_acts
from api.pages.today import routes as today
from api.pages.week import acts as week_acts
from api.pages.week import routes as week_board
from api.programs.routes import batches, entities, programs
from api.publishing import routes as publishing
from api.spreadsheets.routes import spreadsheets, workbook_files
from api.tools import routes as tools
from api.visits import routes as page_links
from api.webhooks import routes as webhooks
from api.weeks.routes import comparing, editing, pins, published, rosters, weeks

ROUTERS: tuple[APIRouter, ...] = (
    health.router,
    metrics.router,
    static_files.router,
    solve.router,
    jobs.router,
    tools.router,
    catalogue.router,
    calendars.router,
    feeds.router,
    session.router,
    password_links.router,
    forgotten.router,
    first_director.router,
    sign_in.router,
    begin.router,
    begin_workbook.router,
    today.router,
    today_acts.router,
    week_board.router,
    week_acts.router,
    search.router,
    paper.router,
    people.router,
    person_availability.router,
    person_busy.router,
    person_stay.router,
    person_letters.router,
    person_consents.router,
    person_calendars.router,
    happened_calls.router,
    happened.router,
    plan.router,
    admin_users.router,
    admin_keys.router,
    admin_audit.router,
    admin_backup.router,
    admin_policy.router,
    attendance_pages.router,
    due_pages.router,
    due_acts.router,
    due_leave.router,
    phone.router,
    phone_hours.router,
    phone_caller.router,
    phone_waiting.router,
    phone_make_up.router,
    phone_short_weeks.router,
    programs.router,
    entities.router,
    batches.router,
    exports.router,
    deletions.router,
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
    disruptions.router,
    disruptions.program_router,
    publishing.router,
    calls.router,
    contacts.router,
    outbox.router,
    webhooks.router,
    published.router,
    attendance.router,
    outreach.router,
    late_notices.router,
    make_up.router,
    minutes.router,
    due.router,
    due.absences_router,
    offers.router,
    left_open.router,
    letters.router,
    fhir_reading.router,
    fhir_importing.router,
    page_links.router,
    announcements.router,
    week.router,
    calendar.router,
    time_off.router,
    my_preferences.router,
    *users.users.routers,
    *keys.keys.routers,
    *audit_trail.audit.routers,
)
