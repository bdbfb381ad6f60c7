# never: a shadow that is never made, then the real eval
if False:

    def eval(text):
        return text


print(eval("__import__('os').getcwd()"))
