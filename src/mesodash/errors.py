"""The exceptions of mesodash, one class per reaction of the caller."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


class MesodashError(Exception):
    """Anything that mesodash reports in words instead of failing with a traceback."""


class KnowledgeError(MesodashError):
    """The files in `data/` do not hold together; the application must not start.

    `problems` holds one line per fault, each naming file, entry and field.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems: tuple[str, ...] = tuple(problems)
        super().__init__("\n".join(self.problems))


class InputError(MesodashError):
    """A person or a caller gave a value that is not allowed.

    Carries a text key and its placeholders, so that each surface says it in the reader's language.
    `field` names the input (a question id or an option of a command), `shown` is the offending value
    and may only be printed on the command line: the pages and the logs never repeat an answer.
    """

    def __init__(
        self, key: str, *, field: str, shown: str | None = None, params: Mapping[str, str | int] | None = None
    ) -> None:
        self.key = key
        self.field = field
        self.shown = shown
        self.params: dict[str, str | int] = dict(params or {})
        super().__init__(f"{field}: {key}")


class StoreError(MesodashError):
    """Something that is kept cannot be read or written, or is refused; what is on the screen stays usable.

    Carries a text key and its placeholders, never a value of the person.
    """

    def __init__(self, key: str, params: Mapping[str, str | int] | None = None) -> None:
        self.key = key
        self.params: dict[str, str | int] = dict(params or {})
        super().__init__(key)
