"""What services refuse."""

from station.domain.rights import Action


class NotAllowed(Exception):
    """The person signed in has no right to this; nothing was done and nothing was stored."""

    def __init__(self, action: Action) -> None:
        super().__init__(action.value)
        self.action = action

    @property
    def sentence(self) -> str:
        """What to tell the person."""
        return "您没有办理这一项的权限，什么都没有改动。请换有权限的人员登录后再办。"
