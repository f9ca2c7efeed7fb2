"""A browser page that notes everything a reader would not want: errors, dialogs, requests outside."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Request

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-extensions",
)


@dataclass
class Watch:
    """A page, and what went wrong on it."""

    context: BrowserContext
    page: Page
    inside: tuple[str, ...]
    """What the address of an allowed request begins with."""
    faults: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"{self.page.url}: console {message.type}: {message.text}")

    def on_dialog(self, dialog: Dialog) -> None:
        self.faults.append(f"{self.page.url}: dialog: {dialog.message}")
        dialog.dismiss()

    def on_request(self, request: Request) -> None:
        self.requests.append(request.url)
        if not request.url.startswith((*self.inside, "data:")):
            self.faults.append(f"{self.page.url}: request outside: {request.url}")

    def on_failed(self, request: Request) -> None:
        if "ERR_ABORTED" not in (request.failure or ""):  # a download aborts its own navigation
            self.faults.append(f"{self.page.url}: request failed: {request.url} {request.failure}")


def watch(browser: Browser, *inside: str, width: int = 1280, height: int = 900) -> Watch:
    """Open an empty page that may only ask for addresses beginning with one of ``inside``."""
    context = browser.new_context(viewport={"width": width, "height": height}, accept_downloads=True)
    page = context.new_page()
    seen = Watch(context, page, inside)
    page.on("console", seen.on_console)
    page.on("pageerror", lambda error: seen.faults.append(f"{page.url}: page error: {error}"))
    page.on("dialog", seen.on_dialog)
    page.on("popup", lambda other: seen.faults.append(f"{page.url}: popup: {other.url}"))
    page.on("requestfailed", seen.on_failed)
    context.on("request", seen.on_request)
    return seen
