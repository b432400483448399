"""The service: HTTP endpoints, storage, jobs, calendar feeds and the coordinator's pages.

`api` depends on `scheduler`. `scheduler` never imports `api`, so the optimizer
can be used without a server or a database.
"""
