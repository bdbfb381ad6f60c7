def totals(frame):
    frame.eval("total = price * count", inplace=True)
    return frame.query("total > 10")
