"""A form's table as fields on a page: WTForms renders what ``review.form`` defines and checks."""

from collections.abc import Mapping, Sequence
from typing import assert_never

from wtforms import Form as Rendered
from wtforms.fields import (
    DateField,
    DateTimeLocalField,
    EmailField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.fields import (
    Field as Control,
)
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from review.form import Field, FieldKind, Form, leaves


class Ticks(SelectMultipleField):
    """Several of a list, each with its own box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class Values(dict[str, list[str]]):
    """What was typed, in the shape WTForms reads."""

    def getlist(self, name: str) -> list[str]:
        """Give every value of a field."""
        return self.get(name, [])


def control(field: Field) -> Control:
    """Give the unbound control that shows a plain field."""
    needed = {"required": True} if field.required and field.when is None else {}
    about = {"label": field.label, "description": field.hint}
    match field.kind:
        case FieldKind.CHOICE | FieldKind.CHOICES | FieldKind.TICK:
            return _choosing(field)
        case FieldKind.PARAGRAPH:
            return TextAreaField(**about, render_kw={**needed, "maxlength": field.limit, "rows": 4})
        case FieldKind.DAY:
            return DateField(**about, render_kw=needed)
        case FieldKind.MOMENT:
            return DateTimeLocalField(**about, format="%Y-%m-%dT%H:%M", render_kw=needed)
        case FieldKind.NUMBER:
            bounds = {"min": field.least, "max": field.most, "inputmode": "numeric"}
            return IntegerField(**about, render_kw={**needed, **bounds})
        case FieldKind.PHONE:
            return TelField(**about, render_kw={**needed, "maxlength": field.limit})
        case FieldKind.EMAIL:
            return EmailField(**about, render_kw={**needed, "maxlength": field.limit})
        case FieldKind.TEXT | FieldKind.NIP | FieldKind.ADDRESS:
            return StringField(**about, render_kw={**needed, "maxlength": field.limit})
        case FieldKind.PERSON | FieldKind.ROWS:
            raise AssertionError(f"{field.name} is shown by its plain fields")
        case _:
            assert_never(field.kind)


def _choosing(field: Field) -> Control:
    options = [SelectChoice(option.value, option.label) for option in field.options]
    if field.kind is FieldKind.TICK:
        return Ticks("Pernyataan", description=field.hint, choices=[SelectChoice("ya", field.label)])
    if field.kind is FieldKind.CHOICES:
        return Ticks(field.label, description=field.hint, choices=options)
    none = [] if field.required else [SelectChoice("", "–")]
    return SelectField(field.label, description=field.hint, choices=[*none, *options])


def rendered(
    form: Form, given: Mapping[str, Sequence[str]] | None = None, faults: Mapping[str, str] | None = None
) -> Rendered:
    """Give a form to show: empty, or with what was typed and a sentence beside each faulty field.

    A field of rows has one row more than it was given, so that another can be added without a script.
    """
    fields = leaves(form, given or {}, spare=1)
    shape = type(form.code, (Rendered,), {field.name: control(field) for field in fields})
    values = None if given is None else Values({name: list(texts) for name, texts in given.items()})
    shown = shape(formdata=values)
    if faults:
        shown.validate()
        for field in shown:
            field.errors = [faults[field.name]] if field.name in faults else []
    return shown
