"""Controller of the view of the line network: requests what it shows from the reading of the page."""

from __future__ import annotations

from desktop_app.views.context import ViewContext
from desktop_app.views.controller import Controller, OpenNetwork
from desktop_app.views.line_network.panel import LineNetworkPanel


class LineNetworkController(Controller):
    """Shows the line of the selected character while its panel is visible.

    The columns come with the text, from the network that read it; nothing is computed again.
    """

    def __init__(self, panel: LineNetworkPanel, context: ViewContext) -> None:
        """Connect a panel with the text that all views show."""
        super().__init__(panel)
        self._panel, self._context = panel, context
        self._without: str | None = None
        context.text.changed.connect(self._show)
        panel.activity_changed.connect(self._activity_changed)

    def set_network(self, network: OpenNetwork) -> None:
        """Show the lines of another network once they are read."""
        has_one = network.card is not None and network.card.has_line_network
        self._without = None if has_one else network.info.title
        self._panel.clear()
        if not has_one or self._context.text.value is None:
            self._show()

    def close(self) -> None:
        """Request nothing any more."""
        self._context.shows_columns.set(False)
        super().close()

    def _activity_changed(self, active: bool) -> None:
        text = self._context.text.value
        if active and (self._without is not None or text is None or text.columns is not None):
            self._show()
        elif active:
            # The text is read again with columns.
            self._panel.clear()
        self._context.shows_columns.set(active)

    def _show(self) -> None:
        """Show the line of the selected character, or why there is none."""
        if not self._panel.is_active:
            return
        text = self._context.text.value
        if self._without is not None:
            sentence = self.tr(
                "The model “{title}” has no line network, which reads a whole line at once; "
                "the command “handwriting line” trains one."
            )
            self._panel.show_hint(sentence.format(title=self._without))
        elif text is None:
            self._panel.show_hint(
                self.tr("Write several characters to see what the line network says about each part of them.")
            )
        elif text.columns is None:
            self._panel.show_hint(self.tr("This line is too long or too flat for the line network."))
        else:
            self._panel.show_text(text)
