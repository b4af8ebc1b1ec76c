"""One run that tells, as a process of its own: `python telling_run.py FOLDER NOW`."""

import sys
from datetime import datetime
from pathlib import Path

from costopt.config.notify_settings import ChannelSettings, NotifySettings
from costopt.pipeline.budgets.tell import tell
from tests.oracles.alerts import condition, status


def main() -> None:
    hook = ChannelSettings(name="hook", kind="webhook", url_env="HOOK", secret_env="KEY")
    done = tell(
        [condition(), condition("web")],
        settings=NotifySettings(channels=(hook,)),
        now=datetime.fromisoformat(sys.argv[2]),
        statuses=[status()],
        folder=Path(sys.argv[1]),
    )
    sys.stdout.write(f"busy {done.busy}" if done.busy else f"sent {len(done.sent)}")


if __name__ == "__main__":
    main()
