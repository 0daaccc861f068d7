"""A folder is written beside and renamed: whole, or as it was before."""

import pytest

from course_lib.errors import CourseError
from course_lib.files import written_whole


@pytest.mark.parametrize("existing", [True, False])
def test_an_interrupted_write_leaves_nothing_half_written(tmp_path, existing):
    folder = tmp_path / "adapter"
    if existing:
        folder.mkdir()
        (folder / "adapter_config.json").write_text("old", encoding="utf-8")
    with pytest.raises(KeyboardInterrupt), written_whole(folder, "adapter_config.json") as new:
        (new / "adapter_config.json").write_text("half", encoding="utf-8")
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == ([folder] if existing else [])
    if existing:
        assert (folder / "adapter_config.json").read_text(encoding="utf-8") == "old"
    with written_whole(folder, "adapter_config.json") as new:
        (new / "adapter_config.json").write_text("new", encoding="utf-8")
    assert (folder / "adapter_config.json").read_text(encoding="utf-8") == "new"
    assert list(tmp_path.iterdir()) == [folder]


def test_what_was_there_comes_back_if_the_last_step_fails(tmp_path, monkeypatch):
    folder = tmp_path / "adapter"
    folder.mkdir()
    (folder / "adapter_config.json").write_text("old", encoding="utf-8")
    rename = type(folder).rename

    def held(self, target):
        if self.name == "new":
            raise PermissionError("another program is reading it")
        return rename(self, target)

    monkeypatch.setattr(type(folder), "rename", held)
    with pytest.raises(PermissionError), written_whole(folder, "adapter_config.json") as new:
        (new / "adapter_config.json").write_text("new", encoding="utf-8")
    assert (folder / "adapter_config.json").read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [folder]


def test_a_folder_of_something_else_is_never_replaced(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with (
        pytest.raises(CourseError, match="will not be replaced"),
        written_whole(tmp_path, "config.json"),
    ):
        pass
    assert (tmp_path / "thesis.txt").exists()
