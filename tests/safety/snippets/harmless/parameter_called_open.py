def retry(open, attempts=3):
    for _ in range(attempts):
        if open():
            return True
    return False
