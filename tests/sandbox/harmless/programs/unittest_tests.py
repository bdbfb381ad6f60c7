# A test file of unittest classes: set-up at each level, sub-tests, asynchronous cases, clean-ups.
# passes: Accounts::test_deposit, Accounts::test_too_much, Accounts::test_each, Waiting::test_wait
class Account:
    def __init__(self, balance=0):
        self.balance = balance

    def withdraw(self, amount):
        if amount > self.balance:
            raise ValueError("too much")
        self.balance -= amount
        return self.balance


async def transfer(one, other, amount):
    one.withdraw(amount)
    other.balance += amount
# --- tests ---
import unittest

from unittest_tests import Account, transfer


class Accounts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.amounts = [1, 2, 3]

    def setUp(self):
        self.account = Account(10)
        self.addCleanup(setattr, self, "account", None)

    def test_deposit(self):
        self.assertEqual(self.account.withdraw(4), 6)

    def test_too_much(self):
        with self.assertRaisesRegex(ValueError, "too much"):
            self.account.withdraw(11)

    def test_each(self):
        for amount in self.amounts:
            with self.subTest(amount=amount):
                self.assertEqual(Account(amount).withdraw(amount), 0)


class Waiting(unittest.IsolatedAsyncioTestCase):
    async def test_wait(self):
        one, other = Account(5), Account()
        await transfer(one, other, 5)
        self.assertEqual((one.balance, other.balance), (0, 5))
