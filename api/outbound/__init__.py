"""The only way the service connects to addresses that users typed in: calendars to read and webhooks to call.

Such an address may aim at what only this machine can reach: its own ports, the cloud's metadata, the network behind the firewall.
So the name is looked up once, all its addresses must be public, and the connection goes to one of these checked addresses, because a
second look-up could return another. Redirects are checked in the same way. Errors are codes; none contains the address.
"""

from __future__ import annotations

from api.outbound.address_rules import endpoint_of
from api.outbound.sending import Limits, limits_of, send
from api.outbound.wire import OUTBOUND_ERRORS, Network, OutboundError

__all__ = [
    "OUTBOUND_ERRORS",
    "Limits",
    "Network",
    "OutboundError",
    "endpoint_of",
    "limits_of",
    "send",
]
