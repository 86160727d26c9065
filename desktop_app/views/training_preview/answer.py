"""What a network that learns says of the drawing: large, in words, and as bars."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.networks.network_info import NetworkInfo
from desktop_app.tasks.reading import Reading, Verdict
from desktop_app.views.parts.caption import Caption
from desktop_app.views.parts.column_view import ColumnView
from desktop_app.views.parts.icons import icon_pixmap
from desktop_app.views.parts.theme import STEP, display_font
from desktop_app.views.reading.probabilities import ProbabilityBars
from desktop_app.views.training_preview.snapshots import AnswerHistory, PreviewSnapshot, are_numbers

_SIDE = 6 * STEP
_ICON_SIZE = 4 * STEP
_USUAL_BARS = 11
_NO_INK = Reading(Verdict.NO_INK)


class Answer(QWidget):
    """The answer of one moment."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without an answer."""
        super().__init__(parent)
        self._icon_name = ""
        self._label = QLabel()
        self._label.setObjectName("preview_label")
        self._label.setAccessibleName(self.tr("Answer"))
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setFixedSize(_SIDE, _SIDE)
        self._label.setAutoFillBackground(True)
        self._label.setBackgroundRole(QPalette.ColorRole.Base)
        self._share = QLabel()
        self._share.setObjectName("forming_share")
        self._share.setAccessibleName(self.tr("Probability"))
        self._share.setTextFormat(Qt.TextFormat.PlainText)
        # Its words change; the least width must not.
        self._share.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._about = Caption()
        self._bars = ProbabilityBars()
        self._scrolled = ColumnView(self._bars)
        self._scrolled.setAccessibleName(self.tr("Probabilities"))
        self._scrolled.setMinimumHeight(10 * STEP)
        self._lay_out()
        self._take_look()

    def set_network(self, info: NetworkInfo) -> None:
        """The characters that the network learns."""
        self._bars.set_labels(info.labels, info.rejects)
        # The keyboard scrolls what mostly does not fit.
        is_long = len(info.labels) + info.rejects > _USUAL_BARS
        self._scrolled.setFocusPolicy(Qt.FocusPolicy.StrongFocus if is_long else Qt.FocusPolicy.NoFocus)

    def set_has_bars(self, has_bars: bool) -> None:
        """Whether there is room for the bars."""
        self._scrolled.setVisible(has_bars)

    def show_snapshot(
        self, info: NetworkInfo, moment: PreviewSnapshot | None, history: AnswerHistory | None
    ) -> None:
        """Show an answer, and since when it has been the same where the history tells."""
        shares = None if moment is None else moment.probabilities
        if moment is None or moment.model_input is None:
            self._show("", "", "", self.tr("Draw: it is read here."))
            self._bars.set_reading(_NO_INK)
        elif not info.labels:
            self._show("", "", "", self.tr("This network gives an image, which is no answer in words."))
            self._bars.set_reading(_NO_INK)
        elif shares is None:
            self._show("", "verdict-unsure", "", self.tr("Its answer is not known."))
            self._bars.set_reading(_NO_INK)
        elif not are_numbers(shares):
            words = self.tr("Its training went astray.")
            self._show("", "verdict-unsure", self.tr("no numbers"), words)
            self._bars.set_reading(_NO_INK)
        else:
            best = int(shares.argmax())
            is_label = best < len(info.labels)
            label = info.labels[best] if is_label else ""
            share = self.tr("{share} %").format(share=f"{100 * float(shares[best]):.2f}")
            icon_name = "" if is_label else "verdict-not-a-character"
            self._show(label, icon_name, share, self._about_words(is_label, moment, history))
            by_label = dict(zip(info.labels, shares.tolist(), strict=False))
            verdict = Verdict.READ if is_label else Verdict.NOT_A_CHARACTER
            marked = (label,) if is_label else ()
            self._bars.set_reading(Reading(verdict, label or None, marked, by_label, float(shares[best])))

    def texts(self) -> tuple[str, str, str]:
        """What stands large, beside it and below that."""
        return self._label.text(), self._share.text(), self._about.text()

    def sizeHint(self) -> QSize:
        """Wide enough for bars that can be compared."""
        return QSize(28 * STEP, super().sizeHint().height())

    def changeEvent(self, event: QEvent) -> None:
        """Takes the colours and the type of a new palette or font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._take_look()

    def _lay_out(self) -> None:
        beside = QVBoxLayout()
        beside.setSpacing(STEP // 2)
        beside.addStretch()
        beside.addWidget(self._share)
        beside.addWidget(self._about)
        beside.addStretch()
        head = QHBoxLayout()
        head.setSpacing(2 * STEP)
        head.addWidget(self._label)
        head.addLayout(beside, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP)
        layout.addLayout(head)
        layout.addWidget(self._scrolled, 1)

    def _about_words(self, is_label: bool, moment: PreviewSnapshot, history: AnswerHistory | None) -> str:
        """E.g. "read so since epoch 3", once that is known."""
        if not is_label:
            return self.tr("not a character")
        if history is None or not history.is_complete or moment.epoch not in history.epochs:
            return ""
        return self.tr("read so since epoch {epoch}").format(epoch=history.since(moment.epoch))

    def _show(self, label: str, icon_name: str, share: str, about: str) -> None:
        self._share.setText(share)
        self._share.setVisible(bool(share))
        self._about.set_text(about)
        if icon_name:
            if icon_name != self._icon_name:
                self._icon_name = icon_name
                self._take_icon()
        else:
            self._icon_name = ""
            self._label.setText(label)

    def _take_look(self) -> None:
        strong = self.font()
        strong.setBold(True)
        self._share.setFont(strong)
        self._label.setFont(display_font(self.font(), _SIDE))
        self._take_icon()

    def _take_icon(self) -> None:
        if self._icon_name:
            colour = self.palette().color(QPalette.ColorRole.Text)
            self._label.setPixmap(icon_pixmap(self._icon_name, colour, _ICON_SIZE, self.devicePixelRatioF()))
