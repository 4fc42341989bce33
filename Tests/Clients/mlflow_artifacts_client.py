"""Sends and fetches artifacts with MLflow's own client, unmodified, whole and in parts. Prints what held and what did not."""
import hashlib
import json
import os
import tempfile
from pathlib import Path

from mlflow.store.artifact.mlflow_artifacts_repo import MlflowArtifactsRepository

CHUNK = 5 * 1024 * 1024


def digest(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def listed(repository, path=None):
    return [[found.path, found.is_dir, found.file_size] for found in repository.list_artifacts(path)]


def small(repository, folder):
    """Files of a folder, with names that clients and proxies like to change."""
    names = ["a.txt", "images/step+1.png", "images/grün und.png", "images/deep/z.bin"]
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(name.encode())
    repository.log_artifacts(str(folder))
    yield "files of a folder are listed by folder", listed(repository) == [["a.txt", False, 5], ["images", True, None]]
    found = [entry[0] for entry in listed(repository, "images")]
    yield "names keep their plus, their blanks and their letters", sorted(found) == sorted(names[1:3] + ["images/deep"])
    yield "a file has no listing", listed(repository, "a.txt") == []
    fetched = Path(repository.download_artifacts(""))
    yield "a folder comes back as it was sent", all((fetched / name).read_bytes() == name.encode() for name in names)
    single = Path(repository.download_artifacts("images/step+1.png"))
    yield "a file comes back as it was sent", single.read_bytes() == b"images/step+1.png"
    repository.delete_artifacts("images")
    yield "a folder that was deleted is gone", listed(repository) == [["a.txt", False, 5]]


def large(repository, folder):
    """A file in three parts, the last of them short."""
    file = folder / "model.bin"
    file.write_bytes(os.urandom(2 * CHUNK + 12_345))
    calls = []
    upload_part = repository._upload_part
    repository._upload_part = lambda **given: (calls.append(given), upload_part(**given))[1]
    repository.log_artifact(str(file), "big")
    yield "a large file goes up in parts", len(calls) == 3
    yield "it is the file that was sent", digest(repository.download_artifacts("big/model.bin")) == digest(file)
    yield "its size is listed", listed(repository, "big") == [["big/model.bin", False, 2 * CHUNK + 12_345]]


def main():
    os.environ |= {
        "MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD": "true", "MLFLOW_ENABLE_PROXY_MULTIPART_DOWNLOAD": "true",
        "MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE": str(CHUNK), "MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE": str(CHUNK),
    }
    repository = MlflowArtifactsRepository(os.environ["MESH_ROOT"], tracking_uri=os.environ["MLFLOW_TRACKING_URI"])
    passed, failed = [], []
    for part in (small, large):
        with tempfile.TemporaryDirectory() as folder:
            try:
                for name, holds in part(repository, Path(folder)):
                    (passed if holds else failed).append(name)
            except Exception as error:
                failed.append(f"{part.__name__}: {error!r}")
    print(json.dumps({"passed": passed, "failed": failed}))


main()
