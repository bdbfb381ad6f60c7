# never: run text as code
source = "print('hi')"
exec(source)
