# never: a frame out of a traceback
try:
    1 / 0
except ZeroDivisionError as error:
    frame = error.__traceback__.tb_frame
