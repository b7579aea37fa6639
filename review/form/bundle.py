"""Several forms filled in one sheet: the first keeps its names, a later one where they are free.

A step may ask for a handover (F05) and, besides, for a withdrawal (F10) where something else is taken along.
Whoever fills them sees one form with the parts of all; each is checked by its own table and filed by itself.

Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from review.form.table import Field, FieldKind, Form, Part, When

Given = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Leaflet:
    """One form of a bundle; ``names`` gives what each of its fields is called in the bundle.

    One that is not demanded may be left empty as a whole.
    """

    form: Form
    demanded: bool
    names: Mapping[str, str]

    def own(self, given: Given) -> dict[str, tuple[str, ...]]:
        """Give what was filled of this form, by its own names."""
        back = {there: here for here, there in self.names.items()}
        return {
            _renamed(name, back[name.partition(".")[0]]): tuple(texts)
            for name, texts in given.items()
            if name.partition(".")[0] in back
        }

    def there(self, name: str) -> str:
        """Give what a field, or a leaf of one, is called in the bundle; "" stands for the form itself."""
        head = name.partition(".")[0]
        return _renamed(name, self.names.get(head, head))

    def typed(self, given: Given) -> bool:
        """Say whether anything of this form was filled."""
        return any(text.strip() for texts in self.own(given).values() for text in texts)


def bundle(forms: Sequence[tuple[Form, bool]]) -> tuple[Form, tuple[Leaflet, ...]]:
    """Give one form with the parts of all, and how each stands in it; the flag says whether it is demanded.

    Where others are demanded, nothing of an optional form is marked as required; it is, once it is begun.
    """
    taken: set[str] = set()
    leaflets: list[Leaflet] = []
    for form, demanded in forms:
        prefix = f"{form.code.lower()}_"
        names = {one.name: f"{prefix}{one.name}" if one.name in taken else one.name for one in form.fields}
        taken |= set(names.values())
        leaflets.append(Leaflet(form, demanded, names))
    first = forms[0][0]
    if len(leaflets) == 1:
        return first, tuple(leaflets)
    mixed = any(one.demanded for one in leaflets)
    parts = tuple(
        _shown(one, part, strict=one.demanded or not mixed) for one in leaflets for part in one.form.parts
    )
    return replace(first, parts=parts), tuple(leaflets)


def _shown(leaflet: Leaflet, part: Part, *, strict: bool) -> Part:
    """Give a part as it stands among those of other forms."""
    title = f"{leaflet.form.title} – {part.title}" + ("" if strict else " (bila ada)")
    fields = tuple(_field(leaflet, one, strict=strict) for one in part.fields)
    return replace(part, id=f"{leaflet.form.code}-{part.id}", title=title, fields=fields)


def _field(leaflet: Leaflet, one: Field, *, strict: bool) -> Field:
    when = None if one.when is None else When(leaflet.there(one.when.field), one.when.values)
    named = replace(one, name=leaflet.there(one.name), when=when)
    if strict:
        return named
    columns = tuple(replace(column, required=False) for column in one.columns)
    least = 0 if one.kind is FieldKind.ROWS else one.least
    return replace(named, required=False, least=least, columns=columns)


def _renamed(name: str, head: str) -> str:
    _, dot, tail = name.partition(".")
    return f"{head}{dot}{tail}"
