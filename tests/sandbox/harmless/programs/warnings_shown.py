# warnings are shown, counted, recorded and turned into errors.
# expect: recorded ['old', 'older'] DeprecationWarning
# expect: as error UserWarning: stop
# expect: once 1
# stderr: UserWarning: shown to the user
import warnings

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    warnings.warn("old", DeprecationWarning)
    warnings.warn("older", DeprecationWarning)
    print("recorded", [str(one.message) for one in caught], caught[0].category.__name__)
with warnings.catch_warnings():
    warnings.simplefilter("error")
    try:
        warnings.warn("stop")
    except UserWarning as error:
        print("as error", f"{type(error).__name__}: {error}")
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("once")
    for _ in range(3):
        warnings.warn("again")
    print("once", len(caught))
warnings.warn("shown to the user")
