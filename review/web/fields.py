"""A form's plain fields as controls on a page: WTForms renders what ``review.form`` defines and checks.

Every field of a form goes over the wire under ``isian.``, so that no form can take the name of a control of
the page around it.

Decisions:
    2026-11-21: a choice begins with nothing chosen, even where one is required: a decision that the page
    made beforehand is nobody's decision.
"""

from collections.abc import Mapping
from typing import assert_never

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

from review.form import Field, FieldKind

PREFIX = "isian."
"""What stands before the name of a form's field on the wire."""


class Ticks(SelectMultipleField):
    """Several of a list, each with its own box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class Values(dict[str, list[str]]):
    """What was typed, in the shape WTForms reads."""

    def getlist(self, name: str) -> list[str]:
        """Give every value of a field."""
        return self.get(name, [])


def control(field: Field, needed: Mapping[str, object]) -> Control:
    """Give the unbound control that shows a plain field."""
    about = {"label": field.label, "description": field.hint}
    match field.kind:
        case FieldKind.CHOICE | FieldKind.CHOICES | FieldKind.TICK:
            return _choosing(field, needed)
        case FieldKind.PARAGRAPH:
            return TextAreaField(**about, render_kw={**needed, "maxlength": field.limit, "rows": 4})
        case FieldKind.DAY:
            return DateField(**about, render_kw=dict(needed))
        case FieldKind.MOMENT:
            return DateTimeLocalField(**about, format="%Y-%m-%dT%H:%M", render_kw=dict(needed))
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


def _choosing(field: Field, needed: Mapping[str, object]) -> Control:
    options = [SelectChoice(option.value, option.label) for option in field.options]
    if field.kind is FieldKind.TICK:
        return Ticks("Pernyataan", description=field.hint, choices=[SelectChoice("ya", field.label)])
    if field.kind is FieldKind.CHOICES:
        return Ticks(field.label, description=field.hint, choices=options)
    nothing = SelectChoice("", "– pilih –" if field.required else "–")
    return SelectField(
        field.label, description=field.hint, choices=[nothing, *options], render_kw=dict(needed)
    )
