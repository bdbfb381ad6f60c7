def caesar(text, shift):
    out = []
    for char in text:
        if char.isalpha():
            base = ord("A") if char.isupper() else ord("a")
            out.append(chr((ord(char) - base + shift) % 26 + base))
        else:
            out.append(char)
    return "".join(out)


def rot13(text):
    return "".join(map(lambda c: chr(ord(c) ^ 1), text))[::-1]
