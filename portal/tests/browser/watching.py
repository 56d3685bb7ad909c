"""Collect browser errors during a test: CSP violations, script errors, missing files."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

LISTEN = """document.addEventListener("securitypolicyviolation", (violation) => console.error(
    `refused by the content policy: ${violation.effectiveDirective} ${violation.blockedURI} ${violation.sample}`))"""
# Chromium logs this for pages with an error status, too; `responses` distinguishes files from pages.
OF_A_STATUS = "Failed to load resource: the server responded with a status of"


class Watch:
    """Collects the errors of all pages of a context. Attach it before the first page is opened."""

    def __init__(self, context: BrowserContext) -> None:
        self.complaints: list[str] = []
        context.add_init_script(LISTEN)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.complaints.append(f"script: {error.error}"))
        context.on("response", self._response)
        context.on("requestfailed", self._request_failed)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(OF_A_STATUS):
            self.complaints.append(f"{_address(message.page)}: {message.text}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            self.complaints.append(f"{response.url}: {response.status}")

    def _request_failed(self, request: Request) -> None:
        """Record failed requests of files. A page load that is replaced by another one is no error."""
        if request.resource_type != "document" and request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"{request.url}: {request.failure}")


def _address(page: Page | None) -> str:
    return page.url if page else ""
