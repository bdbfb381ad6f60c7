# datetime, calendar and time: arithmetic, formats, ISO weeks, leap years.
# expect: days 366 weekday Thursday
# expect: iso (2020, 53, 5) 2021-01-01
# expect: parsed 2024-02-29T12:30:00+02:00 1709202600
# expect: delta 1 day, 1:01:01 90061.0
# expect: calendar [31, 29, 31, 30] True
# expect: formatted 01.03.2024 060 Fri
import calendar
import datetime
import time

day = datetime.date(2024, 2, 29)
print("days", (datetime.date(2025, 1, 1) - datetime.date(2024, 1, 1)).days, "weekday", day.strftime("%A"))
print("iso", tuple(datetime.date(2021, 1, 1).isocalendar()), datetime.date.fromisocalendar(2020, 53, 5))
moment = datetime.datetime.strptime("29/02/2024 12:30 +0200", "%d/%m/%Y %H:%M %z")
print("parsed", moment.isoformat(), int(moment.timestamp()))
delta = datetime.timedelta(days=1, hours=1, minutes=1, seconds=1)
print("delta", delta, delta.total_seconds())
print("calendar", [calendar.monthrange(2024, month)[1] for month in range(1, 5)], calendar.isleap(2000))
print("formatted", time.strftime("%d.%m.%Y", time.gmtime(1709208000 + 86_400)), f"{day.timetuple().tm_yday:03}", (day + datetime.timedelta(1)).strftime("%a"))
