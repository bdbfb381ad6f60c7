# never: os by an assignment expression
import os

(o := os).system("ls")
