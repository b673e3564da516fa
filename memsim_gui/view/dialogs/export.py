"""What to export and how: asked before an export begins, with its length told while the person chooses."""

from pathlib import Path

from PySide6.QtCore import QSettings, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from memsim_gui.engine.errors import InputError
from memsim_gui.paint.tokens import THEMES
from memsim_gui.scene import Pacing, regions
from memsim_gui.session.export_settings import DEFAULT_SIZE, DEFAULT_THEME, Settings, size_of
from memsim_gui.session.names import file_stem
from memsim_gui.trace import kinds
from memsim_gui.trace.store import Trace
from memsim_gui.view.dialogs.frame import deciding, open_at
from memsim_gui.view.exporting import ExporterLike
from memsim_gui.view.style import SECTION_GAP, UNIT, spaced
from memsim_gui.view.widgets.fields import ErrorLine
from memsim_gui.view.widgets.options import Options, OptionsOrText, Rows

WIDTH = 130 * UNIT
DEFAULT_SIZE_TEXT = "x".join(map(str, DEFAULT_SIZE))
SIZES = (("720p", "1280x720"), ("1080p", DEFAULT_SIZE_TEXT), ("4K", "3840x2160"))
RATES = ("10", "15", "24", "25", "30", "50", "60")
SUITABLE = ""  # rate: what suits the format
KEEP = "export/"
DEFAULTS = {"format": ".mp4", "size": DEFAULT_SIZE_TEXT, "fps": SUITABLE, "theme": DEFAULT_THEME, "region": ""}


class ExportDialog(QDialog):
    """Asks for format, file and looks; remembers them for the next time, apart from the steps and the file's name.

    Signals:
        chosen: what to export: the trace, the path and the settings (session.export_settings.Settings).
    """

    chosen = Signal(object, str, object)

    def __init__(self, exporter: ExporterLike, trace: Trace, kept: QSettings, parent: QWidget | None) -> None:
        """Ask about a trace that will not change any more; `kept` holds what was chosen last."""
        super().__init__(parent)
        self.setWindowTitle("Export")
        self._exporter, self._trace, self._kept = exporter, trace, kept
        self._pacing = Pacing.of(trace)
        self._formats = {one.ending: one for one in exporter.formats}
        self._make_fields()
        self._lay_out()
        self._restore()
        self._connect()
        self._format_chosen()
        open_at(self, WIDTH, self.sizeHint().height())
        self.path.setFocus()
        self.path.selectAll()

    def _make_fields(self) -> None:
        steps = _steps(self._trace, self._pacing)
        nodes = len(self._trace.keyframes()[0][1].node)
        parts = [("all of it", "")] + [(name.replace("-", " "), name) for name in regions.names(nodes)]
        self.format = Options("Format", [(f"{one.title}   {one.ending}", one.ending) for one in self._exporter.formats])
        self.path = QLineEdit()
        sizes = [(f"{name}   {size}", size) for name, size in SIZES]
        self.size_ = OptionsOrText("Size in pixels", sizes, "other", "1600x900")
        self.fps = Options("Frames a second", [("what suits the format", SUITABLE), *((rate, rate) for rate in RATES)])
        self.theme = Options("Theme", [(name, name) for name in THEMES])
        self.region = OptionsOrText("Part of the picture", parts, "X,Y,WxH in percent", "0,0,50x50")
        self.start = Options("First step", [("the beginning", None), *steps])
        self.stop = Options("Last step", [("the end", None), *steps])
        self.captions = QCheckBox("burn the steps' captions into the pictures")
        self.length, self.error = QLabel(), ErrorLine()
        for widget, name in ((self.path, "File"), (self.captions, "Captions"), (self.length, "Length")):
            widget.setAccessibleName(name)

    def _lay_out(self) -> None:
        browse = QPushButton("&Choose…")
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        file_label = QLabel("F&ile")
        file_label.setBuddy(self.path)
        file_row = spaced(QHBoxLayout(), margin=0)
        file_row.addWidget(self.path, 1)
        file_row.addWidget(browse)
        form = QFormLayout()
        form.addRow("&Format", self.format)
        form.addRow(file_label, file_row)
        form.addRow("&Size", self.size_)
        form.addRow("Frames a s&econd", self.fps)
        form.addRow("&Theme", self.theme)
        form.addRow("&Part of it", self.region)
        form.addRow("F&rom step", self.start)
        form.addRow("T&o step", self.stop)
        form.addRow("", self.captions)
        buttons, self.go = deciding(self, "E&xport")
        column = spaced(QVBoxLayout(self), margin=SECTION_GAP)
        column.addLayout(form)
        for widget in (self.length, self.error, buttons):
            column.addWidget(widget)

    def _connect(self) -> None:
        self.format.changed.connect(self._format_chosen)
        self.path.textChanged.connect(self._path_typed)
        for widget in (self.size_, self.fps, self.theme, self.region, self.start, self.stop):
            widget.changed.connect(self._judge)
        self.captions.toggled.connect(self._judge)

    def settings(self) -> Settings:
        """What is chosen. Raises InputError for a size that is none."""
        return Settings(
            size=size_of(self.size_.value()),
            fps=int(self.fps.value()) if self.fps.value() else None,
            theme=self.theme.value(),
            start_step=self.start.value(),
            stop_step=self.stop.value(),
            captions=self.captions.isChecked(),
            region=self.region.value(),
        )

    def _format_chosen(self) -> None:
        """Let the file's name end as the format does, and offer what matters to it."""
        found = self._formats[self.format.value()]
        path = Path(self.path.text())
        if path.name and path.suffix.lower() != found.ending:
            self.path.setText(str(path.with_suffix(found.ending)))
        for widget in (self.size_, self.theme, self.region):
            widget.setEnabled(found.painted)
        self.fps.setEnabled(found.moving)
        self.captions.setEnabled(found.painted and not found.captioned)
        self._judge()

    def _path_typed(self, text: str) -> None:
        self.format.choose(Path(text).suffix.lower())
        self._judge()

    def _judge(self) -> None:
        """Tell the length of what is chosen, or what is wrong with it."""
        path = Path(self.path.text())
        try:
            length = self._exporter.plan(self._trace, self._pacing, str(path), self.settings())
        except InputError as error:
            length, problem = "", str(error)
        else:
            problem = ""
        replaced = " · replaces the file that is there" if path.is_file() else ""
        self.length.setText(length + replaced if length else "")
        self.error.say(problem)
        self.go.setEnabled(not problem)

    def _browse(self) -> None:
        filters = ";;".join(f"{one.title} (*{one.ending})" for one in self._formats.values())
        chosen = self._formats[self.format.value()]
        path, _ = QFileDialog.getSaveFileName(
            self,
            "Export to",
            self.path.text(),
            filters,
            f"{chosen.title} (*{chosen.ending})",
            QFileDialog.Option.DontConfirmOverwrite,
        )
        if path:
            self.path.setText(path)

    def accept(self) -> None:
        """Remember what is chosen, and hand it over."""
        settings, path = self.settings(), Path(self.path.text())
        for name, widget in self._remembered().items():
            self._kept.setValue(KEEP + name, widget.value())
        self._kept.setValue(KEEP + "captions", int(self.captions.isChecked()))
        self._kept.setValue(KEEP + "folder", str(path.absolute().parent))
        super().accept()
        self.chosen.emit(self._trace, str(path), settings)

    def _restore(self) -> None:
        """Bring back what was chosen the last time, as far as it is still offered."""
        for name, widget in self._remembered().items():
            widget.choose(DEFAULTS[name])
            widget.choose(str(self._kept.value(KEEP + name, DEFAULTS[name])))
        # The last machine may have had parts that this one lacks.
        if "," not in self.region.value() and self.region.options.value() is None:
            self.region.choose(DEFAULTS["region"])
        self.captions.setChecked(bool(int(str(self._kept.value(KEEP + "captions", 0)))))
        folder = Path(str(self._kept.value(KEEP + "folder", Path.home())))
        name = file_stem(self._trace.meta.title)
        self.path.setText(str((folder if folder.is_dir() else Path.home()) / f"{name}{self.format.value()}"))

    def _remembered(self) -> dict[str, Options | OptionsOrText]:
        return {
            "format": self.format,
            "size": self.size_,
            "fps": self.fps,
            "theme": self.theme,
            "region": self.region,
        }


def _steps(trace: Trace, pacing: Pacing) -> Rows:
    """Rows for the steps that have been told, by their number from 1."""
    titles = trace.labels.step_titles
    idents = pacing.idents(kinds.STEP).tolist()
    return [
        (f"{number}   {titles[ident]}" if 0 <= ident < len(titles) else str(number), number)
        for number, ident in enumerate(idents, 1)
    ]
