"""The one line in which a panel says that the pages it shows are older than the moment."""

from PySide6.QtWidgets import QLabel

from memsim_gui.scene.panels.page_age import age_words
from memsim_gui.session.moment import Moment


class PageAge(QLabel):
    """Takes room only where single pages are not told."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "preview")
        self.setWordWrap(True)
        self.hide()

    def tell(self, moment: Moment, *, of_pages: bool = True) -> None:
        """Say how old pages are at a moment; not `of_pages` = what is shown tells of none."""
        text = age_words(moment.trace, moment.position) if of_pages else ""
        self.setText(text)
        self.setVisible(bool(text))
