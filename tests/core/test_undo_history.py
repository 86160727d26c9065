from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.undo_history import UndoHistory


def test_new_history_has_nothing_to_undo():
    history = UndoHistory("empty")
    assert (history.present, history.can_undo, history.can_redo) == ("empty", False, False)
    assert history.undo() == "empty"
    assert history.redo() == "empty"


@given(st.lists(st.integers(), min_size=1, max_size=30))
def test_undoing_and_redoing_everything_restores_all_values(values):
    history = UndoHistory(0)
    for value in values:
        history.push(value)
    undone = [history.undo() for _ in values]
    assert undone == [*reversed(values[:-1]), 0]
    assert not history.can_undo
    assert [history.redo() for _ in values] == values
    assert not history.can_redo


def test_new_value_removes_undone_values():
    history = UndoHistory("a")
    history.push("b")
    history.undo()
    history.push("c")
    assert not history.can_redo
    assert history.undo() == "a"


@given(st.integers(1, 20), st.integers(0, 40))
def test_oldest_values_are_removed_beyond_the_limit(limit, pushes):
    history = UndoHistory(0, limit=limit)
    for value in range(1, pushes + 1):
        history.push(value)
    steps = 0
    while history.can_undo:
        history.undo()
        steps += 1
    assert steps == min(limit, pushes)
    assert history.present == pushes - steps
