def table(rows, width=10):
    lines = [f"{'eval(x)':<{width}} | {row['name']!r:>{width}} | {row.get('value', 0):.2f}" for row in rows]
    return "\n".join(lines) + f"{len(rows)} rows {{exec}}"
