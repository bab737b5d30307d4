"""Single pages of a file that SQLCipher itself wrote."""

import random
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from sync.seal.database_page import PAGE_BYTES, USABLE_BYTES, PageKey

KEY, SALT = bytes(range(32)), bytes(range(16))


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """A file of a few pages as SQLCipher 4 makes it, with a text on a known page."""
    path: Path = tmp_path_factory.mktemp("file") / "some.db"
    connection = sqlcipher.connect(str(path))
    connection.execute(f"PRAGMA key = \"x'{KEY.hex()}{SALT.hex()}'\"")
    connection.execute("CREATE TABLE t (a TEXT)")
    connection.executemany("INSERT INTO t VALUES (?)", [("plum blossom " * 40,)] * 30)
    connection.commit()
    connection.close()
    content = path.read_bytes()
    return [content[at : at + PAGE_BYTES] for at in range(0, len(content), PAGE_BYTES)]


def test_every_page_opens_and_is_proven(pages: list[bytes]) -> None:
    key = PageKey(KEY, SALT)
    opened = [key.open(number, page) for number, page in enumerate(pages, 1)]
    assert len(opened) > 3
    assert all(page.proven and len(page.content) == USABLE_BYTES for page in opened)
    assert opened[0].content.startswith(b"SQLite format 3\x00")
    assert b"CREATE TABLE t" in opened[0].content
    assert sum(page.content.count(b"plum blossom") for page in opened) == 30 * 40


@pytest.mark.parametrize(
    "key", [PageKey(bytes(32), SALT), PageKey(KEY, bytes(16))], ids=["key", "salt"]
)
def test_another_key_or_salt_proves_nothing(pages: list[bytes], key: PageKey) -> None:
    assert not any(key.proves(number, page) for number, page in enumerate(pages, 1))


def test_a_page_is_proven_in_its_own_place_only(pages: list[bytes]) -> None:
    key = PageKey(KEY, SALT)
    assert key.proves(2, pages[1])
    assert not key.proves(3, pages[1])


def test_a_flipped_bit_is_not_proven_and_spoils_no_more_than_two_blocks(
    pages: list[bytes],
) -> None:
    key, whole = PageKey(KEY, SALT), PageKey(KEY, SALT).open(3, pages[2]).content
    for seed in range(50):
        place = random.Random(seed).randrange(PAGE_BYTES)
        torn = bytearray(pages[2])
        torn[place] ^= 0x10
        opened = key.open(3, bytes(torn))
        assert not opened.proven
        changed = {at // 16 for at in range(USABLE_BYTES) if opened.content[at] != whole[at]}
        assert len(changed) <= 2


def test_the_first_sixteen_bytes_of_the_file_are_in_no_mac(pages: list[bytes]) -> None:
    """Whoever checks a file compares them with the salt that is kept elsewhere."""
    assert PageKey(KEY, SALT).proves(1, bytes(16) + pages[0][16:])


def test_keys_of_a_wrong_length_are_refused_and_none_is_shown() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        PageKey(KEY[:-1], SALT)
    with pytest.raises(ValueError, match="16"):
        PageKey(KEY, SALT[:-1])
    assert KEY.hex() not in repr(PageKey(KEY, SALT))
