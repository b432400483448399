"""The one way the service connects to an address that somebody typed: a calendar to read, a webhook to call.

Such an address may be meant to reach what only this machine can reach: its own ports, the cloud's metadata, the network behind the
firewall. So the name is looked up once, every address it has must be a public one, and the connection goes to an address that was looked
at: a second look-up could give another. Redirects are new addresses and pass the same. Errors are codes; none repeats the address.
"""

from __future__ import annotations

from api.outbound.address_rules import Endpoint, endpoint_of
from api.outbound.sending import Limits, OutboundResponse, limits_of, send
from api.outbound.wire import NETWORK, OUTBOUND_ERRORS, Network, OutboundError

__all__ = [
    "NETWORK",
    "OUTBOUND_ERRORS",
    "Endpoint",
    "Limits",
    "Network",
    "OutboundError",
    "OutboundResponse",
    "endpoint_of",
    "limits_of",
    "send",
]
