"""What is said of a device in the status bar, in the list of devices and on the command line.

Chinese source words; the screens translate them. `short` goes into a chip, `to_do` is the way
forward for the person at the desk.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from station.services.device_trouble import DeviceTrouble
from station.services.status import ChipState


@dataclass(frozen=True)
class DeviceWords:
    """A few characters, and a sentence without its full stop; `to_do` may be empty."""

    short: str
    to_do: str

    @property
    def line(self) -> str:
        """Both as one."""
        return "，".join(part for part in (self.short, self.to_do) if part)


_W = DeviceWords

STATES: Mapping[ChipState, DeviceWords] = MappingProxyType(
    {
        ChipState.READY: _W("就绪", ""),
        ChipState.BUSY: _W("使用中", "请稍候"),
        ChipState.LOST: _W("已断开", "请检查连线和电源，接好后自动继续"),
        ChipState.FAULT: _W("故障", "会自动再试；请拔下再插上，仍不行时请联系管理员"),
    }
)
TROUBLES: Mapping[DeviceTrouble, DeviceWords] = MappingProxyType(
    {
        DeviceTrouble.NOT_FOUND: _W("没有找到", "请检查连线和设置"),
        DeviceTrouble.IN_USE_ELSEWHERE: _W("被占用", "请先关掉占用它的另一个程序"),
        DeviceTrouble.DRIVER_MISSING: _W("缺少驱动", "请管理员安装它的驱动程序"),
        DeviceTrouble.SETTINGS_WRONG: _W("设置不对", "请管理员检查设置文件里的 devices 一节"),
        DeviceTrouble.NO_PERMISSION: _W("无权使用", "请管理员授予串口的使用权限"),
        DeviceTrouble.RESTARTING: _W("正在重启", "驱动程序出错，正在自动重启，请稍候"),
        DeviceTrouble.CANNOT_START: _W("启动不了", "驱动程序启动不了，请管理员重新安装"),
        DeviceTrouble.NOT_ANSWERING: _W("没有应答", "会自动再试；请拔下再插上"),
        DeviceTrouble.FROZEN: _W("画面停住", "会自动再试；请拔下摄像头再插上"),
        DeviceTrouble.NO_PICTURE: _W("没有画面", "请检查镜头和连线，再拔下插上"),
        DeviceTrouble.TOO_HOT: _W("过热", "请停用几分钟，凉下来后自动继续"),
        DeviceTrouble.TEXT_ONLY: _W(
            "仅文字", "未装照片解码器，读不出证件照片；请直接看证件照片核对"
        ),
        DeviceTrouble.SIGNER_UNKNOWN: _W(
            "来源未核实", "可以使用；请管理员在设置里写明可信的证书，以核实采集仪的签名"
        ),
        DeviceTrouble.NOT_READY: _W("未就绪", "请稍候；一直如此时请重新启动厂家的采集服务"),
        DeviceTrouble.NOT_REGISTERED: _W("未注册", "请管理员在厂家的采集服务里注册这台采集仪"),
        DeviceTrouble.SIGNER_REFUSED: _W("签名不可信", "请管理员检查厂家的采集服务和可信证书"),
        DeviceTrouble.CLOCK_WRONG: _W("时钟不准", "请管理员校准采集仪和本机的时间"),
        DeviceTrouble.TAMPERED: _W("被拆动过", "不要再用这台采集仪，请交给管理员"),
        DeviceTrouble.WRONG_LINE: _W("通信出错", "请检查连线；一直如此时请管理员检查端口和波特率"),
        DeviceTrouble.LICENCE: _W("许可无效", "请管理员更新厂家的授权"),
        DeviceTrouble.SEVERAL: _W("不止一台", "请拔掉多余的，或请管理员在设置里写明用哪一台"),
        DeviceTrouble.PAPER_OUT: _W("缺纸", "请加 A4 纸，加好后自动接着打印"),
        DeviceTrouble.JAM: _W("卡纸", "请取出卡住的纸"),
        DeviceTrouble.SUPPLIES_OUT: _W("缺墨粉", "请更换墨粉或墨盒"),
        DeviceTrouble.COVER_OPEN: _W("盖子开着", "请盖好打印机的盖子"),
        DeviceTrouble.ATTENTION: _W("需要处理", "请看打印机自己的显示，照它说的处理"),
        DeviceTrouble.OFFLINE: _W("没有应答", "请检查打印机的电源和连线"),
        DeviceTrouble.STOPPED: _W("队列停止", "请在系统的打印设置里恢复这个队列"),
        DeviceTrouble.NO_A4_FORMS: _W("打不了 A4", "请管理员检查打印队列的纸张和驱动设置"),
        DeviceTrouble.REFUSED: _W("拒绝任务", "请管理员检查打印队列的权限和设置"),
        DeviceTrouble.FOLDER_MISSING: _W("文件夹不存在", "请管理员建好文件夹或改设置"),
        DeviceTrouble.FOLDER_READ_ONLY: _W("文件夹只读", "请管理员检查文件夹的权限"),
        DeviceTrouble.CUPS_MISSING: _W("无打印系统", "请管理员安装或启动打印系统（CUPS）"),
        DeviceTrouble.CUPS_NOT_ANSWERING: _W("打印系统无应答", "请管理员重新启动打印系统（CUPS）"),
        DeviceTrouble.QUEUE_MISSING: _W("没有此队列", "请管理员检查设置里的打印机名称"),
        DeviceTrouble.SERVICE_STOPPED: _W("服务未运行", "请管理员启动它的系统服务"),
    }
)


def device_words(state: ChipState, trouble: DeviceTrouble | None) -> DeviceWords:
    """The trouble where there is one, else the state."""
    return TROUBLES[trouble] if trouble is not None else STATES[state]
