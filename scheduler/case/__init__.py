"""An instance prepared for one week: look-ups and derived facts in integer minutes.

Start reading at `case.py`. Each part has one subject: free and working time in `times`, the groups' offers in `groups`, last week and
past sessions in `past`, orders, urgency and what counts in `care` (`orders`), and homes and the places kept from last week in `places`
(`held`). All of them look up ids in the shared `data`.
"""

from scheduler.case.case import Case
from scheduler.case.held import HeldPlace
from scheduler.case.orders import Need, Order, Spacing

__all__ = ["Case", "HeldPlace", "Need", "Order", "Spacing"]
