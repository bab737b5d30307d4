"""Everybody and everything in the demo: all invented, made anew each time."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2

from drivers.simulated.faces import draw_face
from drivers.simulated.people import Person, face, people
from station.services.demo_people import DEMO_PASSPHRASE, DEMO_PEOPLE
from sync.wire import format_instant

UNIT_CODE = "00001"
UNIT_NAME = "云岭大学"
EXAM_SESSION_ID = "demo-morning"
EXAM_STARTS_IN = timedelta(minutes=40)
PHOTO_WIDTH_PX, PHOTO_HEIGHT_PX = 390, 567
APPLICANTS = 40
# How long a finger lies before it is read: a visitor wants to see it, a story does not.
STORY_SETTLE_MS, VISITOR_SETTLE_MS = 60, 350
SEX = {"1": "男", "2": "女"}
NATIONS = {"01": "汉族", "02": "蒙古族", "03": "回族", "04": "藏族", "05": "维吾尔族"}

OPERATORS = json.dumps(
    [
        {
            "id": one.operator_id,
            "name": one.display_name,
            "roles": sorted(one.roles),
            "passphrase": DEMO_PASSPHRASE,
            "practice": True,
        }
        for one in DEMO_PEOPLE
    ],
    ensure_ascii=False,
)


@dataclass(frozen=True)
class Scene:
    """Where this demo happens. `fingers` is a folder of real images, or None for synthetic ones."""

    folder: Path
    output: Path
    fingers: Path | None
    dpi: float
    story: bool = True

    @property
    def hub(self) -> Path:
        return self.folder / "hub"

    @property
    def settings(self) -> Path:
        return self.folder / "station.toml"

    def write_settings(self, port: int) -> None:
        """The station's settings: this platform, these devices, folders of its own."""
        settle = STORY_SETTLE_MS if self.story else VISITOR_SETTLE_MS
        reader = f'driver = "simulated", options = {{ settle_ms = {settle} }}'
        if self.fingers is not None:
            folder = json.dumps(str(self.fingers.resolve()), ensure_ascii=False)
            options = f"folder = {folder}, resolution_ppi = {self.dpi}, settle_ms = {settle}"
            reader = f'driver = "image_folder", options = {{ {options} }}'
        lines = (
            'mode = "simulation"',
            f"data_directory = {json.dumps(str(self.folder / 'data'))}",
            f"key_directory = {json.dumps(str(self.folder / 'keys'))}",
            f"[unit]\nname = {json.dumps(UNIT_NAME, ensure_ascii=False)}",
            f'[hub]\nurl = "http://127.0.0.1:{port}"\npause_s = 2.0',
            f"[devices]\nfingerprint_reader = {{ {reader} }}",
            'printer = { driver = "simulated" }',
            'smart_card = { driver = "simulated" }',
        )
        self.settings.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_people(scene: Scene) -> Path:
    """Applicants with uploaded photos and one exam session in which all of them sit."""
    expected = people()[:APPLICANTS]
    for somebody in expected:
        _write_photo(scene.folder / f"{somebody.key}.jpg", somebody)
    path = scene.folder / "people.json"
    content = {
        "applicants": [_applicant(number, one) for number, one in enumerate(expected, 1)],
        "exam_sessions": [_exam_session(expected)],
    }
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def registration_id(number: int) -> str:
    """The `number`-th applicant's registration ID, in the form of the one public sample."""
    return f"2026{number:03d}A1B2C"[:12]


def ticket_number(number: int) -> str:
    """The `number`-th applicant's admission ticket; the real form is not public."""
    return f"26T{number:06d}"


def _write_photo(path: Path, somebody: Person) -> None:
    picture = draw_face(face(somebody.key), PHOTO_WIDTH_PX, PHOTO_HEIGHT_PX)
    done, jpeg = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    assert done
    path.write_bytes(jpeg.tobytes())


def _applicant(number: int, somebody: Person) -> dict[str, object]:
    return {
        "registration_id": registration_id(number),
        "photo_file": f"{somebody.key}.jpg",
        "name": somebody.name,
        "pinyin": PINYIN.get(somebody.key, ""),
        "sex": SEX[somebody.sex.value],
        "nation": NATIONS.get(somebody.nation_code, "汉族"),
        "birth_date": f"{somebody.birth:%Y%m%d}",
        "document_type": "居民身份证",
        "document_number": somebody.number,
        "political_status": "群众",
        "work_since": f"{somebody.birth.year + 23}07",
        "phone": f"000{number:08d}",
        "address": somebody.address,
        "previous_degree": {
            "category": "学士",
            "awarded": f"{somebody.birth.year + 22}06",
            "certificate_no": f"00000-{somebody.birth.year + 22}-{number:05d}",
            "major": "工商管理",
            "institution": "望海学院",
        },
        "work_unit": {
            "name": "星河市听涛区公共服务中心",
            "nature": "事业单位",
            "admin_rank": "科员",
            "tech_rank": "中级",
        },
        "application": {
            "year": 2026,
            "unit_code": UNIT_CODE,
            "unit_name": UNIT_NAME,
            "degree_type": "学术型学位",
            "category": "管理学",
            "discipline": "公共管理",
            "applicant_kind": "其他在职人员",
            "applied": "202603",
            "student_no": f"TD2026{number:04d}",
            "department": "公共管理学院",
        },
        "experience": [
            f"{somebody.birth.year + 18}.09—{somebody.birth.year + 22}.06|望海学院|学生",
            f"{somebody.birth.year + 22}.07—至今|星河市听涛区公共服务中心|科员",
        ],
        "status": "submitted",
        "captured_earlier": False,
    }


def _exam_session(expected: tuple[Person, ...]) -> dict[str, object]:
    starts = datetime.now(UTC) + EXAM_STARTS_IN
    return {
        "id": EXAM_SESSION_ID,
        "name": "学科综合水平考试（演示）",
        "site": "云岭大学第一教学楼",
        "starts_at": format_instant(starts.timestamp()),
        "closes_after_min": 15,
        "purpose": "national_exam",
        "tries": 3,
        "special_lane": "any_enrolled_finger",
        "manual_admission_allowed": False,
        "seats": [
            {
                "registration_id": registration_id(number),
                "ticket_no": ticket_number(number),
                "room": f"{(number - 1) // 30 + 1:02d}",
                "seat": f"{(number - 1) % 30 + 1:02d}",
                "subject_name": "学科综合（公共管理）",
            }
            for number in range(1, len(expected) + 1)
        ],
    }


PINYIN = {"P001": "SHEN YANQIU", "P002": "LIN SHUYING", "P003": "LU WENZHOU", "P040": "GONG YAN"}
