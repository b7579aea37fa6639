"""Asking a NetBox over its own API, through pynetbox; the token goes to that address and nowhere else."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import msgspec

from card_registry.errors import AksesError, OperatorMistaken
from review.netbox import told

if TYPE_CHECKING:
    import requests

TIMEOUT = (5.0, 60.0)
"""Seconds for reaching NetBox, and for each of its answers."""

MOST_ANSWERS = 500
"""How many answers one site may take: some hundred thousand records."""

HERE = frozenset({"localhost", "127.0.0.1", "::1"})

STRANGE = (AttributeError, KeyError, TypeError, ValueError)
"""What pynetbox raises on JSON of another shape."""

One = TypeVar("One", bound=msgspec.Struct)


class NetBoxSilent(AksesError):
    """NetBox did not answer, or not as NetBox does."""


def ask(address: str, token: str, site: str, authority: Path | None = None) -> told.SiteTold:
    """Read one site, named by its slug; ``authority`` is a PEM file to trust in the place of the usual ones.

    Raises:
        OperatorMistaken: The extra is not installed, the address is none to send a token to, or NetBox has no
            such site.
        NetBoxSilent: It did not answer, refused the token, or said what it does not say.
    """
    api = _api(_checked(address), token, authority)
    import pynetbox  # noqa: PLC0415 - only where the extra is installed
    from requests import RequestException  # noqa: PLC0415

    try:
        return _site(api, site)
    except pynetbox.RequestError as error:
        message = f"NetBox answered {error.req.status_code} to {urlsplit(error.base).path}; {_next(error)}"
        raise NetBoxSilent(message) from None
    except (RequestException, OSError) as error:
        message = f"NetBox at {address} cannot be reached: {type(error).__name__}; check address and network"
        raise NetBoxSilent(message) from None
    except (pynetbox.ContentError, msgspec.DecodeError, *STRANGE) as error:
        message = f"{address} does not answer as NetBox does; give the address that its web page has"
        raise NetBoxSilent(message) from error


def _next(error: Any) -> str:  # noqa: ANN401 - pynetbox has no types
    status = error.req.status_code
    if status in {401, 403}:
        return "make a token there that may read sites, racks, devices and addresses"
    return "look into NetBox's own log, and try again"


def _checked(address: str) -> str:
    """Give an address that a token may be sent to.

    Raises:
        OperatorMistaken: It is neither https nor this very machine.
    """
    parts = urlsplit(address)
    local = parts.scheme == "http" and parts.hostname in HERE
    if not parts.hostname or not (parts.scheme == "https" or local) or parts.query or parts.fragment:
        message = f"{address} is no address to send a token to; give one that begins with https://"
        raise OperatorMistaken(message)
    return address.rstrip("/")


def _api(address: str, token: str, authority: Path | None) -> Any:  # noqa: ANN401 - pynetbox has no types
    with contextlib.suppress(ImportError):
        import pynetbox  # noqa: PLC0415 - only where the extra is installed

        api = pynetbox.api(address, token=token)
        api.http_session = _session(address)
        api.http_session.verify = True if authority is None else str(authority)
        return api
    message = "NetBox needs the extra 'netbox'; install it with pip install 'akses-ruang-server[netbox]'"
    raise OperatorMistaken(message)


def _session(address: str) -> requests.Session:
    """Give a session that reaches one address only, whatever an answer points to, and not for ever."""
    import requests  # noqa: PLC0415 - only where the extra is installed
    from requests.adapters import HTTPAdapter  # noqa: PLC0415

    class OneHost(HTTPAdapter):
        """Bounds each answer's time and their number."""

        left = MOST_ANSWERS

        def send(self, request: requests.PreparedRequest, *rest: Any, **more: Any) -> requests.Response:  # noqa: ANN401
            """Send a request of ours.

            Raises:
                InvalidURL: It goes elsewhere, or is one too many.
            """
            self.left -= 1
            if not str(request.url).startswith(f"{address}/api/") or self.left < 0:
                message = "an answer leads away from NetBox's own address"
                raise requests.exceptions.InvalidURL(message)
            return super().send(request, *rest, **{**more, "timeout": TIMEOUT})

    session = requests.Session()
    session.trust_env = False
    session.max_redirects = 0
    one = OneHost()
    for scheme in ("https://", "http://"):
        session.mount(scheme, one)
    return session


def _site(api: Any, site: str) -> told.SiteTold:  # noqa: ANN401 - pynetbox has no types
    if next(iter(api.dcim.sites.filter(slug=site)), None) is None:
        message = f"NetBox has no site {site}; give the slug that its page's address ends with"
        raise OperatorMistaken(message)
    here = {"site": site}
    addresses = _all(api.ipam.ip_addresses.filter(assigned_to_interface=True), told.AddressTold)
    return told.SiteTold(
        racks=_all(api.dcim.racks.filter(**here), told.RackTold),
        models=_all(api.dcim.device_types.all(), told.Model),
        # NetBox works out the configuration of every device unless it is told that nobody asks.
        devices=_all(api.dcim.devices.filter(**here, exclude="config_context"), told.DeviceTold),
        feeds=_all(api.dcim.power_feeds.filter(**here), told.Feed),
        ports=_all(api.dcim.power_ports.filter(**here), told.PowerPort),
        outlets=_all(api.dcim.power_outlets.filter(**here), told.Outlet),
        interfaces=_all(api.dcim.interfaces.filter(**here), told.Interface),
        addresses=addresses,
    )


def _all(records: Any, kind: type[One]) -> tuple[One, ...]:  # noqa: ANN401 - pynetbox has no types
    # A record reads more from NetBox when an attribute is missing; its dictionary does not.
    return tuple(msgspec.convert(dict(one), kind) for one in records)
