# never: code from bytes
import marshal

code = marshal.loads(b"\xe3")
