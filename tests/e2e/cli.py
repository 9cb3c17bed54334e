"""The command line as a user runs it: child processes, in a home of their own, without a Pulumi CLI."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

ROOT = Path(__file__).resolve().parents[2]
PACK = "policies/architecture"
PRIMARY, STANDBY = "prod-primary", "prod-standby"


@dataclass(frozen=True)
class Cli:
    """`python -m localcloud …` in one LOCALCLOUD_HOME."""

    home: Path

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PULUMI_", "AWS_", "LOCALCLOUD_"))}
        return {**kept, "LOCALCLOUD_HOME": str(self.home)}

    def argv(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "localcloud", *arguments]

    def run(self, *arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Runs a command to its end, whatever its exit code."""
        return subprocess.run(
            self.argv(*arguments), cwd=ROOT, env={**self.environment, **(env or {})},
            capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=600, check=False,
        )  # fmt: skip

    def ok(self, *arguments: str) -> str:
        """Runs a command that must succeed; returns its standard output."""
        done = self.run(*arguments)
        assert done.returncode == 0, f"{arguments}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
        return done.stdout

    def refused(self, *arguments: str, env: dict[str, str] | None = None) -> str:
        """Runs a command that must fail without a traceback; returns all it said."""
        done = self.run(*arguments, env=env)
        said = done.stdout + done.stderr
        assert done.returncode != 0, said[-4000:]
        assert "Traceback" not in said, said[-4000:]
        return said

    def json(self, *arguments: str) -> Any:
        return json.loads(self.ok(*arguments))

    def client(self, service: str, account: str, region: str = "us-east-2") -> Any:
        """A plain boto3 client with the variables that `localcloud env` prints."""
        exported = dict(
            line.removeprefix("export ").split("=", 1)
            for line in self.ok("env", account, "--region", region).splitlines()
            if line.startswith("export ")
        )
        values = {k: v.strip("'\"") for k, v in exported.items()}
        specific = f"AWS_ENDPOINT_URL_{service.upper().replace('-', '_')}"
        return boto3.client(
            service,
            endpoint_url=values.get(specific, values["AWS_ENDPOINT_URL"]),
            aws_access_key_id=values["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=values["AWS_SECRET_ACCESS_KEY"],
            aws_session_token=values["AWS_SESSION_TOKEN"],
            region_name=values["AWS_REGION"],
        )
