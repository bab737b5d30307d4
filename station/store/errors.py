"""What the world can do to the store. Each error carries the sentence an operator may read.

The texts name no person and no value, so they may be shown, logged and bundled.
"""


class StoreError(Exception):
    """Something outside the program keeps the store from working."""

    sentence = "数据库暂时不能使用，数据没有丢失，请联系管理员。"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or type(self).__name__)


class DatabaseMissing(StoreError):
    """There is no file where the database should be."""

    sentence = "找不到本机的数据库文件。程序没有新建或改动任何文件，请检查数据盘，或从备份恢复。"


class DatabaseExists(StoreError):
    """A database was to be created where a file lies already."""

    sentence = "这里已经有数据库文件，程序没有覆盖它，请改用现有文件或另选目录。"


class WrongKey(StoreError):
    """No page of the file answers to this key."""

    sentence = "密钥与数据库文件不匹配，文件没有改动，请确认使用的是本机的密钥文件。"


class DatabaseDamaged(StoreError):
    """The key is right and the content is not: pages changed, cut off or overwritten."""

    sentence = "数据库文件已损坏，程序没有改动它，请停止使用、保留原文件，由管理员抢救或恢复备份。"


class SchemaTooNew(StoreError):
    """A later release of the program wrote this file."""

    sentence = "数据库由更新版本的程序写成，文件没有改动，请安装新版本后再打开。"


class StoreFull(StoreError):
    """There is no room: the transaction was undone whole."""

    sentence = "磁盘空间不足，刚才这一步没有保存，之前的数据完好，请腾出空间后重做这一步。"


class StoreBusy(StoreError):
    """Another process holds the file for longer than we wait."""

    sentence = "数据库正被另一个程序占用，刚才这一步没有保存，请关闭重复打开的程序后重试。"


class StoreUnwritable(StoreError):
    """The disk refuses to read or write: cable, rights or a dying drive."""

    sentence = "数据盘读写失败，刚才这一步没有保存，请检查数据盘和权限后重试。"


class PersonErased(StoreError):
    """The data of this person were destroyed by order; only the evidence of it remains."""

    sentence = "此人的资料已按规定删除，不能再读取或添加。"


class PackageOutdated(StoreError):
    """A site package that is not newer than the one imported before."""

    sentence = "这个考点数据包不比已装入的新，没有装入，请使用最新的数据包。"


class PayloadGone(StoreError):
    """This evidence is not kept any more."""

    sentence = "这份资料已超过保存期限并已删除，不能再查看。"


class IncarnationOutdated(StoreError):
    """The log was written by a later incarnation than the keyring knows: a restored keyring."""

    sentence = (
        "密钥文件比数据库旧，数据没有改动，请放回最新的密钥文件；"
        "没有的，由系统管理员运行 station db salvage。"
    )


class ConfirmationIsSealed(StoreError):
    """A fact of the confirmation came about somebody whose confirmation is sealed already."""

    sentence = "此人的现场确认已经封存，不能再改动，刚才的内容没有保存。需要更正时，请登记更正。"
