"""An instance read for one week: look-ups and derived facts in integer minutes.

`case.py` is the table of contents. Each part answers for one thing: free and working time in `times`, what groups offer in `groups`,
last week and what has happened in `past`, what is ordered, how urgent it is and what counts in `care` (`orders`), and where people
belong and what they keep from last week in `places` (`held`). All of them look up ids in the one `data`.
"""

from scheduler.case.case import Case
from scheduler.case.held import HeldPlace
from scheduler.case.orders import Need, Order

__all__ = ["Case", "HeldPlace", "Need", "Order"]
