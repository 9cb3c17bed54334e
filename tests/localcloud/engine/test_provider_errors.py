"""What the engine says when a provider cannot answer."""

import grpc

from localcloud.engine.provider_errors import translate


def failed(code: grpc.StatusCode, details: str) -> grpc.aio.AioRpcError:
    return grpc.aio.AioRpcError(code, grpc.aio.Metadata(), grpc.aio.Metadata(), details, None)


def test_a_provider_that_died_is_said_with_what_to_do() -> None:
    text = str(translate(failed(grpc.StatusCode.UNAVAILABLE, "Stream removed")))
    assert "connection to the provider was lost" in text
    assert "Run the command again" in text
    assert "Stream removed" in text


def test_what_a_provider_says_is_passed_on_as_it_stands() -> None:
    assert str(translate(failed(grpc.StatusCode.UNKNOWN, "no such bucket"))) == "no such bucket"
