# approval:write: a database outside
import sqlite3

sqlite3.connect("/var/lib/app.db")
