# never: builtins by a generator's frame
g = (x for x in ())
g.gi_frame.f_builtins["eval"]("1")
