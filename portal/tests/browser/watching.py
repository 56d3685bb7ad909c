"""What a browser complains about while somebody uses it: refused by the content policy, broken scripts, lost files."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

LISTEN = """document.addEventListener("securitypolicyviolation", (violation) => console.error(
    `refused by the content policy: ${violation.effectiveDirective} ${violation.blockedURI} ${violation.sample}`))"""
# Chromium says this of every page with such a status, too; `responses` tells files from pages.
OF_A_STATUS = "Failed to load resource: the server responded with a status of"


class Watch:
    """Collects the complaints of all pages of a context. Attach it before the first page is opened."""

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
        """A page that another one replaces before it has arrived is no complaint; a file that does not arrive is."""
        if request.resource_type != "document" and request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"{request.url}: {request.failure}")


def _address(page: Page | None) -> str:
    return page.url if page else ""
