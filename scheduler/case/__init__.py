"""An instance read for one week: look-ups and derived facts in integer minutes.

`case.py` is the table of contents; the answers are worked out beside it: free and working time in `times`, what is ordered in
`orders`, how urgent it is and what counts in `care`, who fits what group in `offers`, what people keep from last week in `held`,
where their homes are in `homes`, who comes together in `joint`.
"""

from scheduler.case.case import Case
from scheduler.case.held import HeldPlace
from scheduler.case.joint import together_with
from scheduler.case.orders import Need, Order

__all__ = ["Case", "HeldPlace", "Need", "Order", "together_with"]
