# never: eval under another name
calculate = eval
print(calculate("1 + 1"))
