"""The embedded broker: it keeps what it was given through a kill."""

import signal
import subprocess

import pytest
import redis
from kombu import Connection

from deploy.station import broker


@pytest.fixture
def server(tmp_path):
    made = broker.Broker(tmp_path / "a home")
    running = []

    def start():
        broker.prepare(made)
        running.append(subprocess.Popen(broker.command(made), stdout=subprocess.DEVNULL))
        broker.wait_ready(made)
        return running[-1]

    yield made, start
    for process in running:
        process.kill()
        process.wait()


def client(made):
    return redis.Redis(unix_socket_path=str(made.socket), decode_responses=True)


def test_it_answers_on_its_socket_only(server):
    made, start = server
    assert not broker.answers(made)
    start()
    assert broker.answers(made)
    assert client(made).config_get("port") == {"port": "0"}


def test_a_task_survives_a_kill(server):
    made, start = server
    first = start()
    client(made).lpush("poll", "a task")
    first.send_signal(signal.SIGKILL)
    first.wait()
    start()  # over the socket that the killed one left
    assert client(made).lrange("poll", 0, -1) == ["a task"]


def test_celery_reaches_it_by_its_url(server):
    made, start = server
    start()
    with Connection(made.url) as connection:
        queue = connection.SimpleQueue("poll")
        queue.put({"say": "é"})
        message = queue.get(timeout=2)
        assert message.payload == {"say": "é"}
        message.ack()
        queue.close()
