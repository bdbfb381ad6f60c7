import io
import sys
import unittest
from contextlib import redirect_stdout


class OutputTest(unittest.TestCase):
    def setUp(self):
        self.old = sys.stdout
        sys.stdout = io.StringIO()
        self.addCleanup(setattr, sys, "stdout", self.old)

    def test_print(self):
        with redirect_stdout(io.StringIO()) as out:
            print("x")
        self.assertEqual(out.getvalue(), "x\n")


if __name__ == "__main__":
    unittest.main()
