"""The officers' ceremony as they live it: files that pass between three folders which never meet."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from card_registry import canonical
from card_registry.authority.command import registry
from card_registry.authority.keys import load_key
from card_registry.authority.officers.cards import fingerprint
from card_registry.signing import public_hex
from card_registry.statements import Approver, Policy
from card_registry.trust.slots import POLICY
from card_registry.words import PersonId
from tests.card_registry.authority.house import KABID, PASSPHRASE, PROCEDURE, House, withdrawal
from tests.card_registry.authority.officers.chancery import OFFICERS, WHY, Chancery
from tests.card_registry.trust.made import token


def test_officers_who_never_met_found_a_site(chancery: Chancery) -> None:
    """Two officers and the enroller sign alone; the site stands, and a door adopts its first card."""
    assert chancery.door().cards() == {token("card of ani")}
    for label in OFFICERS:
        assert sorted(file.suffix for file in chancery.key(label).parent.glob("*.pem")) == [".pem"]


def test_a_draft_says_all_it_changes_before_anybody_signs(chancery: Chancery) -> None:
    """The founding names every key by its fingerprint, every approver, the policy, and when it ends."""
    said = chancery.run("read", chancery.folder / "found.json").output

    for label in OFFICERS:
        public = public_hex(load_key(chancery.key(label), PASSPHRASE))
        assert f"Officer {label} signs from now on, with key {fingerprint(public)}" in said
    for line in (
        "It founds a new site.",
        "The drafter's reason: as agreed in the meeting of Monday",
        "The enroller key, which enrols controllers and desks, is ",
        "Approver kabid approves from now on",
        "A right is added only on its approver's signature.",
        "Doors go on for 7 days by a registry that nobody signs anew.",
        "Schedule jam-kerja is Mon Tue Wed Thu Fri 07:30–16:00 (Asia/Jakarta); holidays: none.",
        "The root (who counts for what) holds until ",
        "Nothing else changes.",
        "the new root, by its own officers: 2 of 2 (kadis, sekretaris), enough",
    ):
        assert line in said


def test_copies_signed_apart_are_put_together(chancery: Chancery) -> None:
    """Each officer signs an own copy; apply takes both, and neither alone."""
    draft = renewal(chancery)
    copies = [Path(shutil.copy(draft, chancery.folder / f"{label}.json")) for label in ("kadis", "kabid-ti")]
    for copy, label in zip(copies, ("kadis", "kabid-ti"), strict=True):
        chancery.sign(copy, label)

    alone = chancery.apply(copies[0], fine=False).output
    assert "the draft is not signed by enough yet" in alone
    assert "Applied." in chancery.apply(*copies).output


def test_one_draft_is_applied_once(chancery: Chancery) -> None:
    """The same draft again changes nothing; another drafted from the same state is refused."""
    first, second = renewal(chancery), renewal(chancery, "second.json", "--doors")
    chancery.sign(second, "enroller")
    for draft in (first, second):
        for label in ("kadis", "kabid-ti"):
            said = chancery.sign(draft, label).output
    assert "WARNING: You signed another draft from this very state before." in said
    chancery.apply(first)
    number = published(chancery)

    assert "applied before" in chancery.apply(first).output
    assert published(chancery) == number
    assert "draft it again" in chancery.apply(second, fine=False).output
    assert published(chancery) == number


def test_people_come_and_go(chancery: Chancery, tmp_path: Path) -> None:
    """A new approver counts from then on, one who left no more; no shard is signed again."""
    added = Approver(PersonId("kabid-baru"), "ab" * 32, (PROCEDURE,))
    (tmp_path / "new.json").write_bytes(canonical.encode(added))
    before = chancery.house.slots()

    said = chancery.hold(
        "draft",
        "change",
        "--approver",
        tmp_path / "new.json",
        "--without",
        KABID,
        signers=("kadis", "kabid-ti"),
    )

    assert f"Approver kabid-baru approves from now on: key {fingerprint('ab' * 32)}, 1 procedures" in said
    assert "Approver kabid with key" in said
    assert "rights approved before stay until a review takes them" in said
    changed = {name for name, body in chancery.house.slots().items() if before.get(name) != body}
    assert changed == {"meta/targets", "meta/snapshot", "meta/timestamp"}
    listed = json.loads(chancery.run("charter", "people", "--registry", chancery.store).output)
    assert [one["person"] for one in listed] == ["kabid-baru"]
    chancery.admit("budi")
    assert not chancery.house.outcome(2)[0]
    assert "not on the list that the officers signed" in chancery.house.outcome(2)[1]


def test_policy_and_schedules_change_at_the_doors(chancery: Chancery, tmp_path: Path) -> None:
    """What the officers allow reaches a door with its next set, and its plan has the new schedule."""
    door = chancery.door()
    policy = charter(chancery, "policy")
    policy["grace"] = 86_400_000
    policy["ntp_trusted"] = True
    (tmp_path / "policy.json").write_text(json.dumps(policy, indent=4))
    (tmp_path / "malam.toml").write_text(
        'holidays = ["2027-01-01"]\n[[window]]\ndays = [4, 5]\nfrom = "18:00"\nto = "23:30"\n'
    )

    said = chancery.hold(
        *("draft", "change", "--policy", tmp_path / "policy.json"),
        *("--schedule", "malam", tmp_path / "malam.toml", "--without-schedule", "24-jam"),
    )

    assert "Doors go on for 1 days by a registry that nobody signs anew." in said
    assert "Doors believe unsigned network time where they have no better." in said
    assert "Schedule malam is Fri Sat 18:00–23:30 (Asia/Jakarta); holidays: 2027-01-01." in said
    assert "Schedule 24-jam is gone; rights that name it open nothing." in said
    registry = door.learn(chancery.house.slots()).registry
    assert registry is not None
    assert set(registry.schedules) == {"jam-kerja", "malam"}
    assert registry.policy.grace == 86_400_000


def test_a_site_of_one_machine_moves_to_three_officers(chancery: Chancery, tmp_path: Path) -> None:
    """Two of the old keys and two of the new sign; then the old folder is worth nothing, and work goes on."""
    house = House(tmp_path / "simple", now=chancery.house.now)
    house.folder.mkdir()
    house.found()
    moving = Chancery(house.folder, house.now)
    moving.phrase.write_bytes(PASSPHRASE + b"\n")
    words: list[object] = []
    for number, label in enumerate(OFFICERS, 1):
        moving.keygen(label)
        words += ["--officer", f"officer-{number}={moving.card(label)}"]
    moving.keygen("admin")

    moving.hold(
        *("rotate", *words, "--enroller", moving.card("admin")),
        signers=("officer-1", "officer-2", "kadis", "sekretaris", "admin"),
    )

    draft = renewal(moving)
    assert "this key has nothing to sign" in moving.sign(draft, "officer-1", fine=False).output
    for label in ("kabid-ti", "kadis"):
        moving.sign(draft, label)
    assert "Applied." in moving.apply(draft).output


def test_denials_and_the_log_outlive_new_keys(chancery: Chancery) -> None:
    """The authority log has the ceremony as a row of its own, and denials stay denied."""
    chancery.house.ask(withdrawal("ani"))
    chancery.house.work()
    door = chancery.door()
    assert len(door.trusted.serials) == 1

    chancery.hold("rotate", *chancery.replace_signer_keys("grants", "online"))

    assert len(door.learn(chancery.house.slots()).serials) == 1
    listed = chancery.run("outcomes", "--registry", chancery.store).output
    assert "ceremony root-2/targets-2: applied" in listed


def renewal(chancery: Chancery, name: str = "draft.json", *words: str) -> Path:
    """Draft the same for another year."""
    draft = chancery.folder / name
    chancery.run("draft", "renewal", *words, "--registry", chancery.store, "--out", draft, *WHY)
    return draft


def charter(chancery: Chancery, what: str) -> dict[str, object]:
    """Read people or policy as the drafter would edit it."""
    found: dict[str, object] = json.loads(chancery.run("charter", what, "--registry", chancery.store).output)
    return found


def published(chancery: Chancery) -> int:
    """Give the number of the last publication."""
    shown = json.loads(chancery.run("show", "--registry", chancery.store, "--json").output)
    return int(shown["publication"])


def test_what_the_store_says_is_what_was_signed(chancery: Chancery) -> None:
    """The policy printed for editing is the policy doors have."""
    policy = canonical.decode(chancery.house.slots()[POLICY], Policy, "the policy")
    assert charter(chancery, "policy")["receipt_keys"] == list(policy.receipt_keys)


@pytest.mark.parametrize("name", ["kadis", "enroller"])
def test_a_key_is_never_made_twice(name: str, chancery: Chancery) -> None:
    """A key file that is there is not overwritten."""
    ended = chancery.run(
        *("keygen", "--label", name, "--folder", chancery.key(name).parent, *chancery.secret()), fine=False
    )
    assert "is there already" in ended.output


def test_an_officer_begins_with_the_paper(chancery: Chancery) -> None:
    """The first draft needs the digest on paper, and the right one; then the key's folder remembers it."""
    draft = renewal(chancery)
    assert (
        "give --root with the digest on your paper"
        in chancery.sign(draft, "kadis", paper=False, fine=False).output
    )
    wrong = chancery.run(
        "sign", draft, "--key", chancery.key("kadis"), "--root", "0" * 64, "--yes", fine=False
    )
    assert "not the one on your paper" in wrong.output

    assert "(as on your paper)" in chancery.sign(draft, "kadis").output
    again = renewal(chancery, "again.json")
    assert "(as on your paper)" in chancery.sign(again, "kadis", paper=False).output
    other = chancery.run(
        "sign", draft, "--key", chancery.key("kadis"), "--root", "0" * 64, "--yes", fine=False
    )
    assert "check the paper" in other.output


def test_an_officer_signs_nothing_on_older_ground(chancery: Chancery) -> None:
    """A draft over a restored or hidden registry is found out by an officer who has seen a newer one."""
    old = renewal(chancery, "old.json")
    chancery.hold("draft", "renewal", signers=("kadis", "kabid-ti"))
    chancery.sign(renewal(chancery), "kadis")

    said = chancery.sign(old, "kadis", fine=False).output

    assert "you have seen 2 and 2" in said
    foreign = json.loads(old.read_text())
    foreign["site"] = "lain"
    old.write_bytes(canonical.encode(foreign))
    assert "this key is for site contoh" in chancery.sign(old, "kadis", fine=False).output


def test_an_officer_who_says_no_has_not_signed(chancery: Chancery) -> None:
    """Without a yes the file stays as it was; with one, and the passphrase typed, it is signed."""
    draft = renewal(chancery)
    before = draft.read_bytes()
    words = ["sign", str(draft), "--key", str(chancery.key("kadis")), "--root", chancery.digest()]
    assert CliRunner().invoke(registry, words, input="n\n").exit_code == 1
    assert draft.read_bytes() == before

    signed = CliRunner().invoke(registry, words, input=f"y\n{PASSPHRASE.decode()}\n")
    assert signed.exit_code == 0, signed.output
    assert "Signed: " in signed.output
    assert PASSPHRASE.decode() not in signed.output


def test_a_passphrase_that_is_typed_is_typed_twice(chancery: Chancery) -> None:
    """A short one is refused; a key made with a typed one opens with it."""
    words = ["keygen", "--label", "arsip", "--folder", str(chancery.folder / "arsip")]
    short = CliRunner().invoke(registry, words, input="pendek\npendek\n")
    assert (short.exit_code, "at least 8 characters" in short.output) == (1, True)
    made = CliRunner().invoke(registry, words, input="frasa yang panjang\nfrasa yang panjang\n")
    assert made.exit_code == 0, made.output
    key = load_key(chancery.folder / "arsip" / "arsip.pem", b"frasa yang panjang")
    assert fingerprint(public_hex(key)) in made.output


MISTAKES: list[tuple[tuple[str, ...], str]] = [
    (("draft", "change", "--without", "nobody"), "no approver is called nobody"),
    (("draft", "change", "--without-schedule", "nie"), "there is no schedule nie"),
    (("draft", "change", "--schedule", "x", "people.json"), "is no schedule"),
    (("draft", "change", "--policy", "people.json"), "is not well formed"),
    (("draft", "change", "--approver", "passphrase"), "is not JSON"),
    (("draft", "change"), "nothing would change"),
    (("rotate", "--officer", "kadis"), "give an officer as LABEL=CARD"),
    (("rotate",), "nothing would change"),
    (("rotate", "--receipt-key", "xyz"), "must be 64 lower-case hex digits"),
]


@pytest.mark.parametrize(("words", "sentence"), MISTAKES)
def test_a_mistake_in_drafting_is_one_sentence(
    words: tuple[str, ...], sentence: str, chancery: Chancery
) -> None:
    """What cannot be drafted says why, and leaves no file."""
    files = {"people.json": chancery.folder / "people.json", "passphrase": chancery.phrase}
    out = chancery.folder / "none.json"
    given = [files.get(word, word) for word in words]
    ended = chancery.run(*given, "--registry", chancery.store, "--out", out, *WHY, fine=False)
    assert sentence in ended.output
    assert not out.exists()


def test_a_schedule_says_no_more_than_a_schedule(chancery: Chancery) -> None:
    """An unknown key in a schedule's file is refused."""
    file = chancery.folder / "s.toml"
    file.write_text('colour = "red"\n[[window]]\ndays = [0]\nfrom = "07:00"\nto = "08:00"\n')
    words = ("draft", "change", "--schedule", "pagi", file, "--registry", chancery.store)
    assert "says colour" in chancery.run(*words, "--out", chancery.folder / "n.json", *WHY, fine=False).output
