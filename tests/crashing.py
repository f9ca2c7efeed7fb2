"""A laboratory for builds that die: run as a program, so that it may fork and kill as it likes.

    python tests/crashing.py kill SEED TRIALS     kill it at random moments
    python tests/crashing.py die FIRST STEP       kill -9 at every STEPth operation, from the FIRST
    python tests/crashing.py fault FIRST STEP     an error at every STEPth operation, from the FIRST

Each trial takes a site that was built once, changes its articles, lets a child build it and die or
fail, and looks at what is left: no file may be half, no file of others may be touched, and the
next build must make exactly the tree that a build from nothing makes. Prints a JSON object.
"""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from sites import SmallSite, read_tree, write_files

from site_builder.errors import SiteBuilderError

JOURNAL, MANIFEST = ".site-builder-journal", "manifest-sha256.txt"
FOREIGN = {"CNAME": b"archive.example\n", "2022/07/notes.txt": b"mine"}
ERRORS = (errno.ENOSPC, errno.EIO, errno.EACCES, errno.EMFILE, errno.EROFS)
OPERATIONS = ("open", "write", "replace", "unlink", "mkdir", "rmdir")
MOMENTS = (*OPERATIONS, "scandir", "utime")
"""Where a build is killed: also before it reads a folder, which is when the cache has just been written."""


def article(title: str, day: int, tag: str) -> str:
    head = f"title: {title}\ndate: 2022-07-{day:02} 10:00:00 +0800\ntags: [{tag}]"
    return f"---\n{head}\n---\n<p>{title}的正文。</p>\n"


BEFORE = {"a.md": article("甲", 20, "山"), "b.md": article("乙", 20, "水"), "c.md": article("丙", 21, "山")}
AFTER = {"a.md": article("甲", 20, "山"), "b.md": article("乙二", 20, "云"), "d.md": article("丁", 22, "石")}


class Laboratory:
    """The site before and after the change, and a folder for each trial."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.before = self.build_anew("before", BEFORE)
        self.after = self.build_anew("after", AFTER)
        write_files(self.folder / "before" / "public", FOREIGN)
        self.old, self.new = read_tree(self.before.out), {**read_tree(self.after.out), **FOREIGN}
        self.trial = SmallSite(folder / "trial")

    def build_anew(self, name: str, articles: dict[str, str]) -> SmallSite:
        site = SmallSite(self.folder / name)
        site.content.mkdir(parents=True)
        site.write(articles)
        site.configure(title="崩溃")
        site.build()
        return site

    def prepare(self) -> None:
        """Lay out a site that was built before, whose articles have changed."""
        shutil.rmtree(self.trial.folder, ignore_errors=True)
        shutil.copytree(self.before.folder, self.trial.folder)
        self.lay(AFTER)

    def lay(self, articles: dict[str, str]) -> None:
        """Put these articles, and no others, into the trial's content folder."""
        shutil.rmtree(self.trial.content)
        self.trial.content.mkdir()
        self.trial.write(articles)

    def judge(self, back: bool, died: bool = True) -> list[str]:
        """Look at what a dead build left; build again; look once more.

        ``back``: the articles' change is taken back before the next build, which must then clear
        away what the dead one had begun. A build that did not die may have set an article aside.
        """
        problems = []
        for path, data in read_tree(self.trial.out).items() if died else ():
            whole = data in (self.old.get(path), self.new.get(path))
            if not whole and path != JOURNAL and not path.endswith(".part"):
                problems.append(f"{path} is half written")
        for path, data in FOREIGN.items():
            if (self.trial.out / path).read_bytes() != data:
                problems.append(f"{path}, which is not ours, was touched")
        if back:
            self.lay(BEFORE)
        want = self.old if back else self.new
        self.trial.build()
        left = read_tree(self.trial.out)
        problems += [f"after the next build {path} is wrong" for path in want if left.get(path) != want[path]]
        problems += [f"after the next build {path} is still there" for path in left if path not in want]
        return problems

    def kill(self, seed: int, trials: int) -> dict[str, object]:
        """Kill a build at random moments, one in each part of it from its first to just after its last.

        They are moments of its own processor time, which other programs do not stretch.
        """
        chance = random.Random(seed)
        usual = max(self.time_build() for _ in range(3))
        problems, ends = [], Counter[str]()
        for number in range(trials):
            self.prepare()
            moment = (number + chance.random()) / trials * usual
            _, status = os.waitpid(in_child(lambda moment=moment: self.build_until(moment)), 0)
            where = "before" if not os.path.exists(self.trial.out / JOURNAL) else "amid"
            ends["finished" if os.WIFEXITED(status) else where] += 1
            problems += [
                f"kill {number} of seed {seed}: {problem}" for problem in self.judge(back=number % 2 == 1)
            ]
        return {"trials": trials, "ends": ends, "problems": problems}

    def time_build(self) -> float:
        """Say how many seconds of the processor a child takes for the build that others do not survive."""
        self.prepare()
        _, _, used = os.wait4(in_child(self.trial.build), 0)
        return used.ru_utime + used.ru_stime

    def build_until(self, moment: float) -> None:
        """Build until so many seconds of the processor are used; nobody handles the signal, so it kills."""
        signal.setitimer(signal.ITIMER_PROF, moment)
        self.trial.build()

    def fault(self, first: int, step: int) -> dict[str, object]:
        """Let every ``step``th operation on a file fail, one in each trial, each error in its turn."""
        self.prepare()
        count = Faults(-1, 0)
        count.install()
        self.trial.build()
        count.remove()
        problems, ends = [], Counter[str]()
        for at in range(first, count.met, step):
            self.prepare()
            number = ERRORS[at // step % len(ERRORS)]
            _, status = os.waitpid(in_child(lambda at=at, number=number: self.fail(at, number)), 0)
            code = os.waitstatus_to_exitcode(status)
            ends[{0: "built all the same", 1: "refused with a sentence"}.get(code, "crashed")] += 1
            name = f"{errno.errorcode[number]} at operation {at}"
            if code not in (0, 1):
                problems.append(f"{name}: something unexpected was raised")
            problems += [f"{name}: {problem}" for problem in self.judge(at // step % 2 == 1, died=code != 0)]
        return {"trials": sum(ends.values()), "operations": count.met, "ends": ends, "problems": problems}

    def die(self, first: int, step: int) -> dict[str, object]:
        """Let a build kill itself at every ``step``th operation, and in a second trial take the change back.

        In every other one of these the build after it dies, too.
        """
        self.prepare()
        count = Faults(-1, 0, MOMENTS)
        count.install()
        self.trial.build()
        count.remove()
        problems, ends = [], Counter[str]()
        for at in range(first, count.met, step):
            for back, again in ((False, False), (True, at // step % 2 == 1)):
                self.prepare()
                self.kill_at(at)
                if again:  # the build after it dies, too, with the articles as they were at first
                    self.lay(BEFORE)
                    self.kill_at(at)
                where = "before" if not os.path.exists(self.trial.out / JOURNAL) else "amid"
                ends[where] += 1
                name = f"killed at operation {at}{' twice' if again else ''}{', taken back' if back else ''}"
                problems += [f"{name}: {problem}" for problem in self.judge(back)]
        return {"trials": sum(ends.values()), "operations": count.met, "ends": ends, "problems": problems}

    def kill_at(self, at: int) -> None:
        """Let a child build the trial's site and be killed at its ``at``th operation."""

        def build() -> None:
            Faults(at, signal.SIGKILL, MOMENTS).install()
            self.trial.build()

        os.waitpid(in_child(build), 0)

    def fail(self, at: int, number: int) -> None:
        faults = Faults(at, number)
        faults.install()
        try:
            self.trial.build()
        except SiteBuilderError as error:
            faults.remove()
            os._exit(1 if error.hint else 2)


class Faults:
    """Stands between the program and the system, counts, and lets one operation fail."""

    def __init__(self, at: int, number: int, operations: Sequence[str] = OPERATIONS) -> None:
        self.at, self.number, self.met = at, number, 0
        self.real = {name: getattr(os, name) for name in operations}
        self.kills = operations is MOMENTS

    def install(self) -> None:
        for name, function in self.real.items():
            setattr(os, name, self.watch(function))

    def remove(self) -> None:
        for name, function in self.real.items():
            setattr(os, name, function)

    def watch(self, function: Callable[..., object]) -> Callable[..., object]:
        def watched(*arguments: object, **more: object) -> object:
            self.met += 1
            if self.met - 1 == self.at and self.kills:
                os.kill(os.getpid(), signal.SIGKILL)
            if self.met - 1 == self.at:
                raise OSError(self.number, os.strerror(self.number), str(arguments[0]))
            return function(*arguments, **more)

        return watched


def in_child(work: Callable[[], object]) -> int:
    """Fork a child that does the work and ends; give its number."""
    child = os.fork()
    if child:
        return child
    try:
        work()
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(9)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        what, *numbers = sys.argv[1:]
        print(json.dumps(getattr(Laboratory(Path(place)), what)(*map(int, numbers))))
