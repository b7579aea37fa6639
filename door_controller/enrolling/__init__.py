"""What a person types at a device to enrol it: ``init``, ``accept``, ``renew``, alike at doors and desks.

The keys themselves are ``door_controller.enrol``'s and ``enrol_tls``'s.
"""
