"""What can be wrong with a keyring; the sentences are for whoever stands before the machine."""

from station.store.errors import StoreError


class KeyringMissing(StoreError):
    """There is no keyring where it should be."""

    sentence = (
        "找不到本机的密钥文件。程序没有新建密钥，请检查密钥目录；"
        "确已丢失的，由管理员运行 station keys recover，用备份和恢复密钥找回。"
    )


class KeyringExists(StoreError):
    """A keyring was to be created where one lies."""

    sentence = "本机已经有密钥文件，程序没有覆盖它，请直接启动工作站，或另选密钥目录。"


class KeyringDamaged(StoreError):
    """The file is no keyring of a version this program knows, or not as it was written."""

    sentence = (
        "密钥文件已损坏或版本不符，文件没有改动，"
        "请由管理员运行 station keys recover，用备份和恢复密钥找回。"
    )


class KeyringExposed(StoreError):
    """Other accounts of this machine may read or change the file."""

    sentence = "密钥文件的权限过宽，其他用户可能读到，请联系管理员改为仅本程序用户可读写（0600）。"


class KeyringClear(StoreError):
    """A keyring of version 1: keys in clear text, which nothing opens but their protection."""

    sentence = (
        "密钥文件是未加保护的旧版本，文件没有改动，"
        "请由管理员运行 station keys protect 加以保护后再启动。"
    )


class KeyringProtected(StoreError):
    """A keyring of version 1 was to be protected, and it is protected already."""

    sentence = "密钥文件已经受保护，没有改动，可以直接启动工作站。"


class KeyringChanged(StoreError):
    """Another program wrote the file since it was opened here; its change is not overwritten."""

    sentence = "密钥文件刚被另一个程序改动，这次没有修改，请重新启动本程序后再试。"


class KeyringUnwritable(StoreError):
    """The folder of the keys takes no writing: full, read-only or forbidden."""

    sentence = "密钥目录写不进去，密钥没有改动：请检查磁盘空间和目录权限后再试。"


class SlotRefused(StoreError):
    """A change that would leave the keyring without a way that must stay, or with too many."""

    sentence = "这项密钥改动不被允许，密钥没有改动，请联系管理员。"


class TooManySlots(SlotRefused):
    """The file holds as many ways to open it as it may."""

    sentence = "密钥文件里的开启方式已满，没有增加，请先移除不再使用的人员。"
