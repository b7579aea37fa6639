"""A form's table as fields on a page: WTForms renders what ``review.form`` defines and checks."""

from collections.abc import Mapping, Sequence
from typing import assert_never

from wtforms import Form as Rendered
from wtforms.fields import (
    DateField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import (
    Field as Control,
)
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from review.form import Field, FieldKind, Form


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
    """Give the unbound control that shows a field."""
    options = [SelectChoice(option.value, option.label) for option in field.options]
    attributes = {"maxlength": field.limit, "required": True}
    match field.kind:
        case FieldKind.TEXT:
            return StringField(field.label, description=field.hint, render_kw=attributes)
        case FieldKind.PARAGRAPH:
            return TextAreaField(field.label, description=field.hint, render_kw={**attributes, "rows": 4})
        case FieldKind.CHOICE:
            return SelectField(field.label, description=field.hint, choices=options)
        case FieldKind.CHOICES:
            return Ticks(field.label, description=field.hint, choices=options)
        case FieldKind.DAY:
            return DateField(field.label, description=field.hint, render_kw={"required": True})
        case FieldKind.TICK:
            return Ticks("Pernyataan", description=field.hint, choices=[SelectChoice("ya", field.label)])
        case _:
            assert_never(field.kind)


def rendered(
    form: Form, given: Mapping[str, Sequence[str]] | None = None, faults: Mapping[str, str] | None = None
) -> Rendered:
    """Give a form to show: empty, or with what was typed and a sentence beside each faulty field."""
    shape = type(form.code, (Rendered,), {field.name: control(field) for field in form.fields})
    values = None if given is None else Values({name: list(texts) for name, texts in given.items()})
    shown = shape(formdata=values)
    if faults:
        shown.validate()
        for field in shown:
            field.errors = [faults[field.name]] if field.name in faults else []
    return shown
