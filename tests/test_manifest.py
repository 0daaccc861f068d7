"""What is written into the manifest is what is read back and held against the files."""

import pytest

from course_lib import files, runtime
from course_lib.errors import DataError
from course_lib.manifest import LISTED, checksums, data_file, verify_data, write_manifest


def test_what_is_written_is_verified_and_only_what_is_listed_is_written(tmp_path):
    for name in ("results/a.json", "models/wren/model.safetensors", "claims.yaml", "README.md", "other/b"):
        files.write_atomically(tmp_path / name, name)
    assert write_manifest(tmp_path) == tmp_path / "manifest.json"
    assert set(checksums(tmp_path)) == {"results/a.json", "models/wren/model.safetensors", "claims.yaml"}
    assert verify_data(tmp_path) == 3
    assert data_file("claims.yaml", tmp_path).read_text(encoding="utf-8") == "claims.yaml"
    files.write_atomically(tmp_path / "claims.yaml", "other")
    with pytest.raises(DataError, match="claims.yaml was altered"):
        data_file("claims.yaml", tmp_path)
    write_manifest(tmp_path)
    assert verify_data(tmp_path) == 3


def test_the_courses_manifest_names_every_file_that_is_there():
    there = {
        path.relative_to(runtime.DATA).as_posix()
        for part in LISTED
        for path in (runtime.DATA / part, *(runtime.DATA / part).rglob("*"))
        if path.is_file()
    }
    assert set(checksums()) == there
