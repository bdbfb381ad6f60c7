# zoneinfo: the same moment in several zones, over the change to summer time and back.
# expect: Tokyo 2024-07-01T21:00:00+09:00
# expect: New York 2024-07-01T08:00:00-04:00
# expect: gap 2024-03-31T03:30:00+02:00
# expect: fold +02:00 +01:00
# expect: many True unknown ZoneInfoNotFoundError
import datetime
import zoneinfo

noon = datetime.datetime(2024, 7, 1, 12, tzinfo=datetime.timezone.utc)
for name in ("Asia/Tokyo", "America/New_York"):
    print(name.partition("/")[2].replace("_", " "), noon.astimezone(zoneinfo.ZoneInfo(name)).isoformat())
berlin = zoneinfo.ZoneInfo("Europe/Berlin")
gap = datetime.datetime(2024, 3, 31, 2, 30, tzinfo=berlin)
print("gap", gap.astimezone(datetime.timezone.utc).astimezone(berlin).isoformat())
twice = [datetime.datetime(2024, 10, 27, 2, 30, fold=fold, tzinfo=berlin).isoformat()[-6:] for fold in (0, 1)]
print("fold", *twice)
try:
    zoneinfo.ZoneInfo("No/Where")
except zoneinfo.ZoneInfoNotFoundError as error:
    print("many", len(zoneinfo.available_timezones()) > 300, "unknown", type(error).__name__)
