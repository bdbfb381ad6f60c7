# A script that runs its own unittest suite, with mocks, sub-tests, skips and an expected failure.
# expect: run 5 failures 1 errors 0 skipped 1 expected 1
# expect: failed test_wrong 1 != 2
# expect: set up 5 torn down 5
# expect: main exit 0
import io
import unittest
from unittest import mock


class Cases(unittest.TestCase):
    counts = [0, 0]

    def setUp(self):
        self.counts[0] += 1

    def tearDown(self):
        self.counts[1] += 1

    def test_right(self):
        with self.assertRaises(ZeroDivisionError):
            1 / 0
        for number in range(3):
            with self.subTest(number=number):
                self.assertLess(number, 3)

    def test_wrong(self):
        self.assertEqual(1, 2)

    def test_skipped(self):
        self.skipTest("not now")

    @unittest.expectedFailure
    def test_expected(self):
        self.assertIn("a", "b")

    def test_mocked(self):
        with mock.patch("time.time", return_value=7.0) as clock:
            import time

            self.assertEqual(time.time(), 7.0)
        clock.assert_called_once_with()


suite = unittest.defaultTestLoader.loadTestsFromTestCase(Cases)
result = unittest.TextTestRunner(io.StringIO()).run(suite)
print("run", result.testsRun, "failures", len(result.failures), "errors", len(result.errors), "skipped", len(result.skipped), "expected", len(result.expectedFailures))
case, trace = result.failures[0]
print("failed", case._testMethodName, trace.strip().splitlines()[-1].partition(": ")[2])
print("set up", Cases.counts[0], "torn down", Cases.counts[1])
del Cases.test_wrong
try:
    unittest.main(argv=["x"], testRunner=unittest.TextTestRunner(io.StringIO()))
except SystemExit as error:
    print("main exit", int(bool(error.code)))
