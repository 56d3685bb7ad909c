"""Two ways to use a page: by mouse, or by keyboard alone (Tab, Enter, Space and letters)."""

from __future__ import annotations

from typing import Any, Protocol

from playwright.sync_api import Locator, Page, expect

from portal.tests.browser.sight import FOCUS, cut_off


class Hands(Protocol):
    """Reach and use an element of the page. `look` checks the current page."""

    page: Page

    def look(self) -> None: ...
    def press(self, target: Locator) -> None: ...
    def tick(self, target: Locator) -> None: ...
    def write(self, target: Locator, text: str) -> None: ...


class Mouse:
    def __init__(self, page: Page) -> None:
        self.page = page

    def look(self) -> None:
        assert not (found := cut_off(self.page)), "\n".join(found)

    def press(self, target: Locator) -> None:
        target.click()

    def tick(self, target: Locator) -> None:
        target.check()

    def write(self, target: Locator, text: str) -> None:
        target.fill(text)


class Keyboard:
    """Checks every tab stop: visible focus ring, in view, and in the order of the page."""

    STOPS = 120

    def __init__(self, page: Page) -> None:
        self.page = page

    def look(self) -> None:
        """Check that the first tab stop is a skip link."""
        if "#" in self.page.url:
            return  # the fragment of the URL sets where Tab starts
        self.page.keyboard.press("Tab")
        expect(self.page.get_by_role("link", name="Skip to main content")).to_be_focused()
        self._focus()
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("main")).to_be_focused()

    def press(self, target: Locator) -> None:
        self._reach(target)
        self.page.keyboard.press("Enter")

    def tick(self, target: Locator) -> None:
        self._reach(target)
        self.page.keyboard.press("Space")
        expect(target).to_be_checked()

    def write(self, target: Locator, text: str) -> None:
        self._reach(target)
        self.page.keyboard.type(text)

    def _reach(self, target: Locator) -> None:
        expect(target).to_be_visible()  # on the page that the last key led to
        before = self._focus()
        for _stop in range(self.STOPS):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
            here = self._focus()
            assert here["order"] > before["order"], f"From {before['name']} the focus goes back to {here['name']}."
            before = here
        raise AssertionError(f"Tab does not reach {target}.")

    def _focus(self) -> dict[str, Any]:
        self.page.wait_for_load_state()  # without its stylesheet the focus has no ring yet
        found: dict[str, Any] = self.page.evaluate(FOCUS)
        assert found["problems"] == [], f"{self.page.url}: {found['name']} {', '.join(found['problems'])}"
        return found
