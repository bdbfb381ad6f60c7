# Abstract classes, protocols, generics, descriptors, metaclasses and type hints at run time.
# expect: abstract TypeError
# expect: protocol True False
# expect: generic int
# expect: hints {'name': <class 'str'>, 'return': dict[str, int]}
# expect: registered ['A', 'B'] validated ValueError
# expect: virtual True mapping 3
import abc
import typing
from collections.abc import Mapping, Sized


class Shape(abc.ABC):
    @abc.abstractmethod
    def area(self): ...


try:
    Shape()
except TypeError as error:
    print("abstract", type(error).__name__)


@typing.runtime_checkable
class Closes(typing.Protocol):
    def close(self) -> None: ...


print("protocol", isinstance(open("x", "w", encoding="utf-8"), Closes), isinstance(3, Closes))
T = typing.TypeVar("T")


class Box(typing.Generic[T]):
    pass


print("generic", typing.get_args(Box[int])[0].__name__)


def count(name: str) -> dict[str, int]: ...


print("hints", typing.get_type_hints(count))


class Registry(type):
    names: typing.ClassVar[list] = []

    def __new__(cls, name, bases, space):
        if bases:
            cls.names.append(name)
        return super().__new__(cls, name, bases, space)


class Positive:
    def __set_name__(self, owner, name):
        self.name = f"_{name}"

    def __get__(self, instance, owner=None):
        return getattr(instance, self.name)

    def __set__(self, instance, value):
        if value <= 0:
            raise ValueError(value)
        setattr(instance, self.name, value)


class Base(metaclass=Registry): ...


class A(Base):
    size = Positive()


class B(Base): ...


try:
    A().size = -1
except ValueError as error:
    print("registered", Registry.names, "validated", type(error).__name__)


@Sized.register
class Virtual: ...


class Squares(Mapping):
    def __getitem__(self, key):
        return key * key

    def __iter__(self):
        return iter(range(3))

    def __len__(self):
        return 3


print("virtual", isinstance(Virtual(), Sized), "mapping", len(dict(Squares())))
