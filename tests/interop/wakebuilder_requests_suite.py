"""The same surface through Python's requests, with retries as careful clients make them."""
# needs: requests==2.32.3

import io
import zipfile

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

import house as interop


def session_of(house):
    session = requests.Session()
    session.mount(house.url, HTTPAdapter(max_retries=Retry(total=2, status_forcelist=[500, 502, 504])))
    return session


def test_a_session_lists_downloads_and_deletes(house):
    house.drop("jarvis", {"wake_word": "jarvis", "threshold": 0.65})
    session = session_of(house)
    assert [model["id"] for model in session.get(f"{house.url}/api/models").json()["models"]] == ["jarvis"]
    reply = session.get(f"{house.url}/api/models/jarvis/download")
    assert reply.headers["Content-Type"] == "application/zip"
    assert "jarvis_model.zip" in reply.headers["Content-Disposition"]
    assert "jarvis.pt" in zipfile.ZipFile(io.BytesIO(reply.content)).namelist()
    assert session.delete(f"{house.url}/api/models/jarvis").ok
    assert session.get(f"{house.url}/api/models/jarvis").status_code == 404


def test_errors_are_json_with_a_sentence(house):
    reply = session_of(house).get(f"{house.url}/api/models/nobody")
    assert reply.status_code == 404
    body = reply.json()
    assert body["error"] == "not_found" and "nobody" in body["message"] and body["detail"] == body["message"]


def test_a_broken_download_goes_on_with_a_range(house):
    house.drop("jarvis", {"wake_word": "jarvis"})
    session = session_of(house)
    url = f"{house.url}/api/models/jarvis/file"
    whole = session.get(url)
    rest = session.get(url, headers={"Range": "bytes=10-", "If-Range": whole.headers["ETag"]})
    assert rest.status_code == 206
    assert rest.content == whole.content[10:]


if __name__ == "__main__":
    interop.main(dict(globals()))
