"""The demo program: invented people, last week and this week, as they look in the middle of a working week."""

from api.demo.filling import DEMO, add_demo_director, fill_demo, find_demo_director
from api.demo.weeks import demo_zone

__all__ = ["DEMO", "add_demo_director", "demo_zone", "fill_demo", "find_demo_director"]
