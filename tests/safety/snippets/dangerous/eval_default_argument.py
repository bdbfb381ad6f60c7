# never: eval as a default argument
def apply(text, how=eval):
    return how(text)
