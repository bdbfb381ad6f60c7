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
        "sum_of_digits",
        "Write a function sum_of_digits(n) that returns the sum of the decimal digits of a non-negative integer.",
        "sum_of_digits(123) == 6",
        ("sum_of_digits(0) == 0", "sum_of_digits(9) == 9", "sum_of_digits(1009) == 10"),
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
        "to_title",
        "Write a function to_title(text) that makes the first letter of each word upper case and the others lower case.",
        "to_title('hello WORLD') == 'Hello World'",
        ("to_title('') == ''", "to_title('a') == 'A'", "to_title('the qUICK fox') == 'The Quick Fox'"),
    ),
    Goal(
        "is_leap_year",
        "Write a function is_leap_year(year) that tells whether a year is a leap year of the Gregorian calendar.",
        "is_leap_year(2024) == True",
        ("is_leap_year(1900) == False", "is_leap_year(2000) == True", "is_leap_year(2023) == False"),
    ),
    Goal(
        "fibonacci",
        "Write a function fibonacci(n) that returns the n-th Fibonacci number, where fibonacci(0) is 0 and fibonacci(1) is 1.",
        "fibonacci(10) == 55",
        ("fibonacci(0) == 0", "fibonacci(1) == 1", "fibonacci(7) == 13"),
    ),
    Goal(
        "char_count",
        "Write a function char_count(text) that returns a dictionary with how often each character occurs.",
        "char_count('aab') == {'a': 2, 'b': 1}",
        ("char_count('') == {}", "char_count('abc') == {'a':1,'b':1,'c':1}"),
    ),
    Goal(
        "power_of_two",
        "Write a function power_of_two(n) that tells whether a positive integer is a power of two.",
        "power_of_two(8) == True",
        (
            "power_of_two(1) == True",
            "power_of_two(6) == False",
            "power_of_two(1024) == True",
            "power_of_two(12) == False",
        ),
    ),
    Goal(
        "swap_case",
        "Write a function swap_case(text) that turns upper case letters into lower case and lower case letters into upper case.",
        "swap_case('aBc') == 'AbC'",
        ("swap_case('') == ''", "swap_case('Hello World 1') == 'hELLO wORLD 1'"),
    ),
    Goal(
        "cube_sum",
        "Write a function cube_sum(n) that returns the sum of the cubes of the integers from 1 to n.",
        "cube_sum(3) == 36",
        ("cube_sum(1) == 1", "cube_sum(4) == 100", "cube_sum(0) == 0"),
    ),
    Goal(
        "to_binary",
        "Write a function to_binary(n) that returns the binary digits of a non-negative integer as a string.",
        "to_binary(5) == '101'",
        ("to_binary(0) == '0'", "to_binary(1) == '1'", "to_binary(10) == '1010'"),
    ),
    Goal(
        "is_sorted",
        "Write a function is_sorted(items) that tells whether a list is in ascending order.",
        "is_sorted([1, 2, 2]) == True",
        ("is_sorted([2,1]) == False", "is_sorted([]) == True", "is_sorted([1,3,2]) == False"),
    ),
)
