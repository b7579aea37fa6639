"""A person at the console: keeps cookies, sends forms as they were served, with or without their token."""

import re
from collections.abc import Mapping

import httpx

from tests.review.world import PASSWORDS

TOKEN = re.compile(r'name="csrf" value="([0-9a-f]{64})"')
REFUSAL = re.compile(r'<p class="refusal"[^>]*>(.*?)</p>', re.DOTALL)


class Visitor:
    """One person with a browser."""

    def __init__(self, client: httpx.Client) -> None:
        """Use ``client``, which keeps this person's cookies."""
        self.client = client
        self.token = ""

    def see(self, path: str) -> httpx.Response:
        """Open a page and remember its form token."""
        answer = self.client.get(path)
        found = TOKEN.search(answer.text)
        self.token = found[1] if found else self.token
        return answer

    def send(
        self, path: str, fields: Mapping[str, str | list[str]] | None = None, **headers: str
    ) -> httpx.Response:
        """Send a form with the token of the page seen last."""
        data = {"csrf": self.token, **(fields or {})}
        return self.client.post(
            path, data=data, headers={key.replace("_", "-"): v for key, v in headers.items()}
        )

    def sign_in(self, login: str, password: str | None = None) -> httpx.Response:
        """Sign in."""
        self.see("/masuk")
        fields = {"login": login, "password": password or PASSWORDS[login.rstrip("2")]}
        answer = self.send("/masuk", fields)
        self.see("/")
        return answer


def typed(form: Mapping[str, str | list[str]]) -> dict[str, str | list[str]]:
    """Give a form's fields as its page names them."""
    return {f"isian.{name}": text for name, text in form.items()}


def refusal(answer: httpx.Response) -> str:
    """Give the sentence of a refusal."""
    found = REFUSAL.search(answer.text)
    return "" if found is None else found[1]
