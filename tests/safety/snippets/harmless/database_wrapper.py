class Query:
    def __init__(self, connection):
        self.connection = connection

    def run(self, sql, *args):
        cursor = self.connection.cursor()
        cursor.execute(sql, args)
        return cursor.fetchall()

    def connect(self, host, port=5432):
        return self.connection.connect(host, port)
