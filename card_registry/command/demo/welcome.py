"""What the demo says to a newcomer: one address, who may sign in, and what to try.

English, because its reader types commands; the words in quotes are what the Indonesian console shows.
"""

from card_registry.command.demo.layout import DESK_READER, DOOR_READER, Layout
from card_registry.command.demo.secrets import Secrets

TRY = f"""\
Try this (each person signs in by that name; "Keluar" changes people). Access for somebody, S1.A:
  1. pemohon   "Ajukan permohonan": ask for access for somebody.
  2. kadis     open the request, "Disposisikan kepada Kabid".
  3. kabid     "Setujui permintaan", then "Tanda tangani persetujuan" with the signing passphrase.
  4. operator  "Buat kartu"; then "Simulator": "Tambah kartu tiruan", and "Tempel di {DESK_READER}".
  5. operator  "Tempel di {DOOR_READER}": the card opens the door; watch it under "Pintu".
  6. operator  "Daftar akses", the card, "Cabut kartu"; then "Tempel di {DOOR_READER}" again: refused.
Or let it play by itself, in a second terminal: ./akses demo --story
"""


def text(address: str, layout: Layout, secrets: Secrets, seconds: float) -> str:
    """Give the whole welcome."""
    width = max(len(person.password) for person in secrets.people)
    name = max(len(person.login) for person in secrets.people)
    logins = [
        f"  {person.login:{name}} {person.password:{width}}  {person.name}"
        + (f"; signing passphrase {person.signing_passphrase}" if person.signing_passphrase else "")
        for person in secrets.people
    ]
    return "\n".join(
        (
            "",
            f"Akses Ruang Server is running (ready in {seconds:.1f} s). Open  {address}",
            "",
            f"  {'login':{name}} password (generated for this demo)",
            *logins,
            "",
            TRY,
            "Ctrl-C stops everything. Data, logs, and the officers' keys that a real site keeps offline:",
            f"  {layout.data}",
            "",
        )
    )
