"""What the system says about a path, in the words of whoever typed it."""

import errno
from collections.abc import Mapping
from types import MappingProxyType

_REASONS: Mapping[int, str] = MappingProxyType(
    {
        errno.ENOENT: "没有这个文件或文件夹",
        errno.ENOTDIR: "路径中间的一段不是文件夹",
        errno.EISDIR: "这是一个文件夹",
        errno.EACCES: "没有权限",
        errno.EPERM: "没有权限",
        errno.EROFS: "这个盘是只读的",
        errno.ENOSPC: "磁盘空间不足",
        errno.EIO: "磁盘读写出错",
    }
)


def disk_sentence(error: OSError) -> str:
    """Which path it was, where the system says so, why not, and what to do."""
    reason = _REASONS.get(error.errno or 0, error.strerror or "原因不明")
    where = f" {error.filename}" if isinstance(error.filename, str) else ""
    return f"无法读写文件{where}：{reason}。请检查路径、权限和磁盘空间后再运行。"
