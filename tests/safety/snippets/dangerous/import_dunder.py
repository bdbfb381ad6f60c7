# never: __import__ directly
__import__("os").system("ls")
