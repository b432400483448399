"""Times as people type them: clocks, days, windows, dates and lengths of time.

Reading never guesses silently. What could be either half of the day is an :class:`~scheduler.exchange.workbook.typed.clocks.HalfDay`, and
a date whose day and month could be confused a :class:`~scheduler.exchange.workbook.typed.dates.SlashDate`; the import asks about both.
"""
