# never: eval given to map
print(list(map(eval, ["1", "2"])))
