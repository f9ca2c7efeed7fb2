"""A round of questions: many hosts at once, each treated politely, every answer written down.

In: questions. Out: the store, the lock and a ``Tally``. The rules it guards: a host meets at most
a few connections of ours, with a pause between, and is left alone when it asks for that or
fails; and an attempt is in the lock only when its bytes are in the store, so that a process killed
at any moment has lost nothing but that moment.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from site_builder.capture.addresses import Border
from site_builder.capture.fetch import Conditions, Fetcher, Limits, Reply, Trouble
from site_builder.capture.judging import Court
from site_builder.capture.plan import Question
from site_builder.capture.store import store_bytes
from site_builder.errors import SiteBuilderError
from site_builder.pictures.lock import Attempt, MediaLock, append_attempt
from site_builder.report import Progress


@dataclass(frozen=True, slots=True)
class Manners:
    """How hosts are treated, and what a whole round may cost."""

    agent: str
    per_host: int = 2
    delay: float = 0.5
    """Seconds between two requests to one host."""
    at_once: int = 16
    turns: int = 3
    """How often one address is asked in a round, where its host says to come again."""
    backoff: float = 5.0
    """Seconds to leave a host alone that asks for it without saying for how long."""
    patience: float = 120.0
    """The longest wait that a host may ask for; beyond it, it is left alone for this round."""
    failures: int = 3
    """After so many failures in a row a host is taken to be down."""
    robots: bool = False
    total_bytes: int = 20_000_000_000
    max_pixels: int = 100_000_000
    judges: int = 2
    decode_seconds: float = 30.0
    limits: Limits = field(default_factory=Limits)


@dataclass(slots=True)
class Tally:
    """What came of a round. ``fates`` counts pictures, ``hosts`` the same by host."""

    fates: Counter[str] = field(default_factory=Counter)
    hosts: dict[str, Counter[str]] = field(default_factory=dict)
    requests: int = 0
    bytes: int = 0

    def count(self, host: str, fate: str) -> None:
        """Count what became of one picture."""
        self.fates[fate] += 1
        self.hosts.setdefault(host, Counter())[fate] += 1


PUT_OFF = "put-off"
"""The fate of a picture that was not asked for in this round: its host is down or wants rest."""


@dataclass(slots=True)
class _Host:
    """A host as we know it in this round."""

    slots: asyncio.Semaphore
    next_at: float = 0.0
    failures: int = 0
    is_left_alone: bool = False
    robots: asyncio.Task[RobotFileParser | None] | None = None

    def rest(self, seconds: float) -> None:
        self.next_at = max(self.next_at, time.monotonic() + seconds)

    async def wait_turn(self, delay: float) -> None:
        """Wait until the host may be asked; the place in the queue is taken before the waiting."""
        now = time.monotonic()
        turn = max(now, self.next_at)
        self.next_at = turn + delay
        await asyncio.sleep(turn - now)


async def capture(
    questions: Iterable[Question],
    store: Path,
    lock_file: Path,
    lock: MediaLock,
    border: Border,
    manners: Manners,
    progress: Progress,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Tally:
    """Ask all questions, keep what comes, and write every attempt into the lock as it is made."""
    fetcher = Fetcher(border, manners.limits, manners.agent, manners.at_once)
    court = Court(manners.judges, manners.max_pixels, manners.decode_seconds)
    round_ = _Round(store, lock_file, lock, manners, fetcher, court, progress, now)
    try:
        await round_.ask_all(questions)
    finally:
        await fetcher.close()
        await court.close()
    return round_.tally


class _Round:
    def __init__(
        self,
        store: Path,
        lock_file: Path,
        lock: MediaLock,
        manners: Manners,
        fetcher: Fetcher,
        court: Court,
        progress: Progress,
        now: Callable[[], datetime],
    ) -> None:
        self._store, self._lock_file, self._lock = store, lock_file, lock
        self._manners, self._fetcher, self._court = manners, fetcher, court
        self._progress, self._now = progress, now
        self._hosts: dict[str, _Host] = {}
        self._crowd = asyncio.Semaphore(manners.at_once)
        self._asked: dict[tuple[str, str], asyncio.Task[Attempt | None]] = {}
        self.tally = Tally()

    async def ask_all(self, questions: Iterable[Question]) -> None:
        """Give every host a few who ask it, so that a slow one holds up nobody else."""
        queues: dict[str, deque[Question]] = {}
        for question in questions:
            url, via = question.places[0]
            queues.setdefault(host_of(via or url), deque()).append(question)
        try:
            async with asyncio.TaskGroup() as group:
                for queue in queues.values():
                    for _ in range(min(self._manners.per_host, len(queue))):
                        group.create_task(self._work_off(queue))
        except ExceptionGroup as problems:  # not except*, which before Python 3.11.4 raises a group again
            ours, others = problems.split(SiteBuilderError)
            if ours is None or others:
                raise
            raise ours.exceptions[0] from None  # a full disk, say; the others were cancelled

    async def _work_off(self, queue: deque[Question]) -> None:
        while queue:
            question = queue.popleft()
            fate = await self._settle(question)
            self.tally.count(host_of(question.wanted.urls[0]), fate)
            self._progress.advance()

    async def _settle(self, question: Question) -> str:
        """Ask for one picture, place after place, until one has it; say what became of it."""
        fate = PUT_OFF
        for place in question.places:
            if (task := self._asked.get(place)) is None:
                task = self._asked[place] = asyncio.create_task(self._ask(place, question))
            attempt = await task
            if attempt is None:
                continue
            if attempt.fate == "kept":
                return "same" if attempt.code == 304 else "kept"
            fate = attempt.fate if fate == PUT_OFF else fate
        return fate

    async def _ask(self, place: tuple[str, str], question: Question) -> Attempt | None:
        """Ask one place, again where the host says so, and write down the answer; None: put off."""
        url, via = place
        host = self._host(host_of(via or url))
        trouble: Trouble | None = None
        for _ in range(self._manners.turns):
            async with host.slots:
                if host.is_left_alone or self.tally.bytes > self._manners.total_bytes:
                    break
                try:
                    await host.wait_turn(self._manners.delay)
                    async with self._crowd:
                        return await self._keep(place, await self._fetch(place, question, host), question)
                except Trouble as problem:
                    trouble = problem
                    if not self._shall_ask_again(host, problem):
                        break
        return self._note(place, trouble) if trouble else None

    async def _fetch(self, place: tuple[str, str], question: Question, host: _Host) -> Reply:
        address = place[1] or place[0]
        if self._manners.robots and not await self._robots_allow(host, address):
            raise Trouble("refused", "the host's robots.txt asks not to")
        self.tally.requests += 1
        known = question.known
        conditions = Conditions(known.etag, known.modified) if known else None
        reply = await self._fetcher.fetch(address, "" if place[1] else question.wanted.referer, conditions)
        host.failures = 0
        return reply

    def _shall_ask_again(self, host: _Host, trouble: Trouble) -> bool:
        """Learn from what went wrong how to treat the host; say whether to ask it again now."""
        host.failures = host.failures + 1 if trouble.is_host else 0
        if host.failures >= self._manners.failures:
            host.is_left_alone = True
            return False
        if trouble.code not in (429, 503):
            return False
        wait = trouble.wait if trouble.wait >= 0 else self._manners.backoff
        if wait > self._manners.patience:
            host.is_left_alone = True
            return False
        host.rest(wait)
        return True

    async def _keep(self, place: tuple[str, str], reply: Reply, question: Question) -> Attempt:
        """Judge and store what came, and write it down."""
        known = question.known
        if reply.code == 304:
            if known is None:
                raise Trouble("failed", "the host says that nothing changed, but was not asked that", 304)
            attempt = _copy_known(known, self._stamp())
            return self._write(attempt)
        verdict = await self._court.ask(reply.body)
        if verdict.fate != "kept":
            raise Trouble(verdict.fate, verdict.reason, reply.code, reply.final)
        digest = store_bytes(self._store, reply.body, verdict.ending)
        self.tally.bytes += len(reply.body)
        return self._write(
            Attempt(
                url=place[0],
                via=place[1],
                time=self._stamp(),
                fate="kept",
                final=reply.final,
                code=reply.code,
                digest=digest,
                ending=verdict.ending,
                width=verdict.width,
                height=verdict.height,
                bytes=len(reply.body),
                type=reply.type,
                etag=reply.etag,
                modified=reply.modified,
            )
        )

    def _note(self, place: tuple[str, str], trouble: Trouble) -> Attempt:
        final = trouble.final if trouble.final not in place else ""
        return self._write(
            Attempt(
                url=place[0],
                via=place[1],
                time=self._stamp(),
                fate=trouble.fate,
                final=final if final.isprintable() else "",
                code=trouble.code,
                reason=trouble.reason,
            )
        )

    def _write(self, attempt: Attempt) -> Attempt:
        append_attempt(self._lock_file, attempt)
        self._lock.add(attempt)
        return attempt

    def _stamp(self) -> str:
        return self._now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def _host(self, name: str) -> _Host:
        if name not in self._hosts:
            self._hosts[name] = _Host(asyncio.Semaphore(self._manners.per_host))
        return self._hosts[name]

    async def _robots_allow(self, host: _Host, address: str) -> bool:
        if host.robots is None:
            host.robots = asyncio.create_task(self._read_robots(address))
        rules = await host.robots
        return rules is None or rules.can_fetch(self._manners.agent, address)

    async def _read_robots(self, address: str) -> RobotFileParser | None:
        """Read a host's robots.txt (RFC 9309); a host without one allows all."""
        parts = urlsplit(address)
        rules = RobotFileParser()
        try:
            reply = await self._fetcher.fetch(f"{parts.scheme}://{parts.netloc}/robots.txt")
        except Trouble as trouble:
            if trouble.fate == "failed":
                raise
            return None
        rules.parse(reply.body[:512_000].decode("utf-8", "replace").splitlines())
        return rules


def host_of(url: str) -> str:
    """Name the host and port of an address, as a queue's name; an unreadable one is a queue of its own.

    >>> host_of("https://IMG.example:8443/a.png")
    'img.example:8443'
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "?"
    return f"{parts.hostname}:{port}" if port else parts.hostname or "?"


def _copy_known(known: Attempt, stamp: str) -> Attempt:
    import msgspec

    return msgspec.structs.replace(known, time=stamp, code=304)
