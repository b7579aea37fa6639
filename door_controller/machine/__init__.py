"""The parts of the door machine that ``door_controller.door`` puts together; users import that module.

``words`` what goes in and comes out, ``timing`` the bounded times, ``state`` what one door remembers,
``lock`` who releases and what the feedback proves, ``leaf`` what the contact proves, ``telling`` which
effects follow from a change.

Pure.
"""
