"""Pictures: a page per platform, in the system's Chromium."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path

from playwright.async_api import Page, async_playwright

from tests import servers
from tests.screens.shots import Shot

PAGES = Path(__file__).with_name("page")
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync")
LIBRARIES = ("slack-blocks-to-jsx", "react@18", "react-dom@18", "esbuild")


class Camera:
    def __init__(self, page: Page, folder: Path) -> None:
        self._page, self._folder = page, folder

    async def takes(self, shot: Shot) -> None:
        panels = [asdict(panel) for panel in shot.panels]
        await self._page.evaluate("panels => window.draw(panels)", panels)
        menus = "\n".join(shot.menus)
        await self._page.evaluate("words => { document.getElementById('menus').textContent = words }", menus)
        await self._page.wait_for_timeout(60)
        await self._page.screenshot(path=self._folder / f"{shot.name}.png", full_page=True)


@asynccontextmanager
async def camera(desk: str, work: Path, folder: Path) -> AsyncIterator[Camera]:
    """Opens the camera. `work`: a folder for fetched and built files; it may be kept for the next time."""
    style, script = _mattermost() if desk == "mattermost" else _slack(work)
    html = f"<meta charset=utf-8><style>{style}</style><div id=panels></div><div id=menus class=menus></div>"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=servers.chromium(), args=list(FLAGS))
        page = await browser.new_page(viewport={"width": 720, "height": 300})
        await page.set_content(html)
        await page.add_script_tag(content=script)
        yield Camera(page, folder)
        await browser.close()


def _mattermost() -> tuple[str, str]:
    return (PAGES / "mattermost.css").read_text(), (PAGES / "mattermost.js").read_text()


def _slack(work: Path) -> tuple[str, str]:
    """Bundles the library, React and our page into one script."""
    if not (work / "node_modules").exists():
        (work / "package.json").write_text("{}")
        npm = ["npm", "install", "--no-audit", "--no-fund", "--silent", *LIBRARIES]
        subprocess.run(npm, cwd=work, check=True)
    shutil.copy(PAGES / "slack.jsx", work)
    build = ["node_modules/.bin/esbuild", "slack.jsx", "--bundle", "--minify", "--outfile=page.js", "--log-level=error"]
    subprocess.run([*build, '--define:process.env.NODE_ENV="production"'], cwd=work, check=True)
    style = (work / "page.css").read_text() + (PAGES / "slack.css").read_text()
    return style, (work / "page.js").read_text()
