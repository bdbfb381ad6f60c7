"""Sixteen easy goals, one example each, with hidden checks that no prompt ever sees."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal as a user would type it, the name of its function, and checks that decide whether a skill is right."""

    function: str
    text: str
    example: str
    checks: tuple[str, ...]


GOALS = (
    Goal(
        "is_even",
        "Write a function is_even(n) that tells whether an integer is even.",
        "is_even(4) == True",
        ("is_even(7) == False", "is_even(0) == True", "is_even(-3) == False", "is_even(-8) == True"),
    ),
    Goal(
        "reverse_string",
        "Write a function reverse_string(s) that returns the string s reversed.",
        "reverse_string('abc') == 'cba'",
        (
            "reverse_string('') == ''",
            "reverse_string('a') == 'a'",
            "reverse_string('hello world') == 'dlrow olleh'",
        ),
    ),
    Goal(
        "factorial",
        "Write a function factorial(n) that returns the factorial of a non-negative integer n.",
        "factorial(5) == 120",
        ("factorial(0) == 1", "factorial(1) == 1", "factorial(7) == 5040"),
    ),
    Goal(
        "count_vowels",
        "Write a function count_vowels(text) that counts the vowels (a, e, i, o, u, in either case) in a text.",
        "count_vowels('hello') == 2",
        (
            "count_vowels('') == 0",
            "count_vowels('xyz') == 0",
            "count_vowels('AEIOU') == 5",
            "count_vowels('Banana') == 3",
        ),
    ),
    Goal(
        "max_of_three",
        "Write a function max_of_three(a, b, c) that returns the largest of three numbers.",
        "max_of_three(1, 5, 3) == 5",
        (
            "max_of_three(9, 2, 3) == 9",
            "max_of_three(1, 2, 3) == 3",
            "max_of_three(-1, -2, -3) == -1",
            "max_of_three(4, 4, 4) == 4",
        ),
    ),
    Goal(
        "celsius_to_fahrenheit",
        "Write a function celsius_to_fahrenheit(c) that converts degrees Celsius to degrees Fahrenheit.",
        "celsius_to_fahrenheit(100) == 212",
        (
            "celsius_to_fahrenheit(0) == 32",
            "celsius_to_fahrenheit(-40) == -40",
            "celsius_to_fahrenheit(37.5) == 99.5",
        ),
    ),
    Goal(
        "is_palindrome",
        "Write a function is_palindrome(s) that tells whether a string reads the same forwards and backwards.",
        "is_palindrome('level') == True",
        (
            "is_palindrome('hello') == False",
            "is_palindrome('') == True",
            "is_palindrome('ab') == False",
            "is_palindrome('abba') == True",
        ),
    ),
    Goal(
        "sum_of_digits",
        "Write a function sum_of_digits(n) that returns the sum of the decimal digits of a non-negative integer.",
        "sum_of_digits(123) == 6",
        ("sum_of_digits(0) == 0", "sum_of_digits(9) == 9", "sum_of_digits(1009) == 10"),
    ),
    Goal(
        "count_words",
        "Write a function count_words(text) that returns how many words, separated by white space, a text has.",
        "count_words('the quick fox') == 3",
        ("count_words('') == 0", "count_words('one') == 1", "count_words('  a   b ') == 2"),
    ),
    Goal(
        "unique_sorted",
        "Write a function unique_sorted(items) that returns a sorted list of the distinct items of a list.",
        "unique_sorted([3, 1, 3, 2]) == [1, 2, 3]",
        ("unique_sorted([]) == []", "unique_sorted([5, 5]) == [5]", "unique_sorted([2, 1]) == [1, 2]"),
    ),
    Goal(
        "gcd",
        "Write a function gcd(a, b) that returns the greatest common divisor of two positive integers.",
        "gcd(12, 18) == 6",
        ("gcd(7, 5) == 1", "gcd(10, 5) == 5", "gcd(1, 9) == 1", "gcd(48, 36) == 12"),
    ),
    Goal(
        "is_prime",
        "Write a function is_prime(n) that tells whether an integer is a prime number.",
        "is_prime(7) == True",
        (
            "is_prime(1) == False",
            "is_prime(2) == True",
            "is_prime(9) == False",
            "is_prime(0) == False",
            "is_prime(25) == False",
        ),
    ),
    Goal(
        "flatten",
        "Write a function flatten(lists) that joins a list of lists into one list.",
        "flatten([[1, 2], [3]]) == [1, 2, 3]",
        ("flatten([]) == []", "flatten([[], [1]]) == [1]", "flatten([['a'], ['b', 'c']]) == ['a', 'b', 'c']"),
    ),
    Goal(
        "average",
        "Write a function average(numbers) that returns the arithmetic mean of a list of numbers, and 0 for an empty list.",
        "average([1, 2, 3]) == 2",
        ("average([]) == 0", "average([5]) == 5", "average([1, 2]) == 1.5"),
    ),
    Goal(
        "square_all",
        "Write a function square_all(numbers) that returns a list with the square of each number.",
        "square_all([1, 2, 3]) == [1, 4, 9]",
        ("square_all([]) == []", "square_all([-2]) == [4]", "square_all([0, 10]) == [0, 100]"),
    ),
    Goal(
        "to_title",
        "Write a function to_title(text) that makes the first letter of each word upper case and the others lower case.",
        "to_title('hello WORLD') == 'Hello World'",
        ("to_title('') == ''", "to_title('a') == 'A'", "to_title('the qUICK fox') == 'The Quick Fox'"),
    ),
)
