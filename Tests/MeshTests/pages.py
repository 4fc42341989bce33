"""What a labeler and an engineer see, in headless Chromium. Prints what it found as one JSON object.

LABEL_URL and CONSOLE_URL are invitation links.
"""

import json
import os

from playwright.sync_api import sync_playwright

faults = []


def watched(browser, url):
    """A page in a session of its own; what its console complains of is kept."""
    page = browser.new_context().new_page()
    page.set_default_timeout(60_000)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(url)
    return page


def label(browser):
    """Answers three tasks, one key each."""
    page = watched(browser, os.environ["LABEL_URL"])
    tasks = []
    for count in range(3):
        page.wait_for_function("known => { const now = document.getElementById('task').dataset.task; return now && !known.includes(now) }", arg=tasks)
        tasks.append(page.get_attribute("#task", "data-task"))
        page.keyboard.press("3")
        page.wait_for_function("count => document.getElementById('mine').textContent === String(count)", arg=count + 1)
    return tasks


def console(browser):
    """Reads the article of the capability."""
    page = watched(browser, os.environ["CONSOLE_URL"])
    article = page.locator("article[data-capability=digits]")
    article.wait_for()
    return {
        "capability": article.locator("h2").inner_text(),
        "verdict": article.locator(".verdict").inner_text(),
        "tests": article.locator(".tests tr").all_inner_texts(),
        "needs": article.locator(".needs tr").all_inner_texts(),
        "experiment": article.locator(".experiment").inner_text(),
        "alarms": article.locator(".alarms li").all_inner_texts(),
    }


with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
    tasks = label(browser)
    seen = console(browser)
    browser.close()

print(json.dumps({"answered": len(tasks), "differentTasks": len(set(tasks)) == len(tasks), "console": seen, "faults": faults}))
