"""The Merkle tree: RFC 6962, checked against an independent implementation and against forgery."""

import pymerkle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry.errors import Forked, Malformed
from card_registry.journal.tree import EMPTY, Frontier, Tree, leaf, verify_consistency, verify_inclusion

ROWS = [b"%d" % number for number in range(70)]
LEAVES = [leaf(row) for row in ROWS]

# Roots of the reference inputs of certificate-transparency's own tests (RFC 6962 test vectors).
REFERENCE = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
REFERENCE_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def test_roots_are_those_of_the_reference_implementation() -> None:
    """Every prefix of the certificate-transparency inputs has the published root."""
    frontier = Frontier()
    for row, root in zip(REFERENCE, REFERENCE_ROOTS, strict=True):
        frontier = frontier.append(leaf(bytes.fromhex(row)))
        assert frontier.root().hex() == root


def test_frontier_tree_and_an_independent_library_agree() -> None:
    """Frontier, Tree and pymerkle compute the same root at every size."""
    oracle = pymerkle.InmemoryTree(algorithm="sha256")
    tree, frontier = Tree(), Frontier()
    assert frontier.root() == tree.root() == EMPTY
    for row in ROWS:
        oracle.append_entry(row)
        tree.append(leaf(row))
        frontier = frontier.append(leaf(row))
        assert frontier.root() == tree.root() == oracle.get_root()
        assert Frontier.load(frontier.dump()) == frontier


@given(st.integers(0, 70), st.integers(0, 70))
def test_rows_added_together_or_apart_give_one_frontier(first: int, second: int) -> None:
    """Extending in two steps equals extending at once."""
    low, high = sorted((first, second))
    assert Frontier().extend(LEAVES[:low]).extend(LEAVES[low:high]) == Frontier().extend(LEAVES[:high])


def test_every_true_inclusion_is_accepted() -> None:
    """Each row of each tree up to 40 rows is proven by its path."""
    tree = Tree(LEAVES)
    for size in range(1, 41):
        for index in range(size):
            verify_inclusion(LEAVES[index], index, size, tree.inclusion(index, size), tree.root(size))


@given(st.data())
def test_no_other_row_place_or_path_is_accepted(data: st.DataObject) -> None:
    """A changed leaf, place, size, path or root is refused."""
    tree = Tree(LEAVES)
    size = data.draw(st.integers(2, 70))
    index = data.draw(st.integers(0, size - 1))
    proof, root = list(tree.inclusion(index, size)), tree.root(size)
    match data.draw(st.sampled_from(["leaf", "place", "path", "short", "long", "root", "outside"])):
        case "leaf":
            args = (leaf(b"forged"), index, size, proof, root)
        case "place":
            args = (LEAVES[index], (index + 1) % size, size, proof, root)
        case "path":
            at = data.draw(st.integers(0, len(proof) - 1))
            args = (LEAVES[index], index, size, [*proof[:at], bytes(32), *proof[at + 1 :]], root)
        case "short":
            args = (LEAVES[index], index, size, proof[:-1], root)
        case "long":
            args = (LEAVES[index], index, size, [*proof, bytes(32)], root)
        case "root":
            args = (LEAVES[index], index, size, proof, bytes(32))
        case _:
            args = (LEAVES[index], size, size, proof, root)
    with pytest.raises(Forked):
        verify_inclusion(*args)


def test_every_true_extension_is_accepted() -> None:
    """Each pair of sizes up to 40 is proven consistent, also from a frontier."""
    tree = Tree(LEAVES)
    for new in range(41):
        for old in range(new + 1):
            proof = tree.consistency(old, new)
            verify_consistency((old, tree.root(old)), (new, tree.root(new)), proof)
            verify_consistency(Frontier().extend(LEAVES[:old]), (new, tree.root(new)), proof)


@given(st.data())
def test_a_rewritten_history_is_never_consistent(data: st.DataObject) -> None:
    """A tree in which one old row was changed does not extend the old tree, whatever proof is offered."""
    new = data.draw(st.integers(2, 70))
    old = data.draw(st.integers(1, new))
    changed = data.draw(st.integers(0, old - 1))
    honest = Tree(LEAVES)
    forged = Tree([*LEAVES[:changed], leaf(b"forged"), *LEAVES[changed + 1 :]])
    for offered in (forged.consistency(old, new), honest.consistency(old, new), (), (bytes(32),) * 9):
        with pytest.raises(Forked):
            verify_consistency((old, honest.root(old)), (new, forged.root(new)), offered)


def test_a_tree_cannot_extend_a_larger_one() -> None:
    """Shrinking is refused."""
    tree = Tree(LEAVES)
    with pytest.raises(Forked):
        verify_consistency((9, tree.root(9)), (8, tree.root(8)), (bytes(32),))


@pytest.mark.parametrize(
    "stored", [b"", b"1234567", bytes(9), bytes(8) + bytes(32), b"\0" * 7 + b"\3" + bytes(32)]
)
def test_bytes_that_are_no_frontier_are_refused(stored: bytes) -> None:
    """A frontier whose hashes do not fit its size is not loaded."""
    with pytest.raises(Malformed):
        Frontier.load(stored)


def test_an_empty_tree_has_a_length_and_no_rows() -> None:
    """The tree counts its rows."""
    assert len(Tree()) == 0
    assert len(Tree(LEAVES)) == len(LEAVES)
