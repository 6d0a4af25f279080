#!/usr/bin/env python3
"""The way of a newcomer in a real browser, from the first start to a decided row and the exported sheet.

    tests/browser.py MIMAMORI                    runs every check with this binary
    tests/browser.py MIMAMORI --pictures DIR     takes the pictures of docs/ from the sample company instead

Needs Debian's chromium, chromium-driver, python3-selenium and libreoffice-calc. Talks to loopback only.
"""
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.request
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.chrome.service import Service

HERE = Path(__file__).resolve().parent
WIDE, PHONE = (1360, 900), (390, 844)
PASSWORD = "correct horse battery staple"
BINARY = ""


class Server:
    """The real binary on a port of its own."""

    def __init__(self, data, *words):
        environment = dict(os.environ, LANG="ja_JP.UTF-8", LC_ALL="ja_JP.UTF-8")
        self.process = subprocess.Popen(
            [BINARY, "--data", str(data), *words, "--listen", "127.0.0.1:0"],
            stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=environment)
        self.lines = []
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        self.address = self.wait_for(r"(http://127\.0\.0\.1:\d+)", 90)

    def read(self):
        for line in self.process.stderr:
            self.lines.append(line)

    def wait_for(self, pattern, seconds):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = re.search(pattern, "".join(self.lines))
            if found:
                return found.group(1)
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f"the server did not say {pattern}: {''.join(self.lines)}")

    def code(self):
        return self.wait_for(r"([A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4})", 10)

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait(timeout=20)
        self.reader.join(timeout=5)
        self.process.stderr.close()


def browser(size, lang="ja", dark=False):
    options = webdriver.ChromeOptions()
    for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                 "--disable-background-networking", "--disable-component-update", "--disable-sync",
                 "--hide-scrollbars", f"--lang={lang}"):
        options.add_argument(word)
    if dark:
        options.add_argument("--force-dark-mode")
        options.add_argument("--blink-settings=preferredColorScheme=0")
    options.add_experimental_option("prefs", {"intl.accept_languages": "ja,en" if lang == "ja" else "en,ja"})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
    driver.set_page_load_timeout(30)
    if size == PHONE:
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                               {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": True})
    else:
        driver.set_window_size(*size)
    return driver


def facts(name, protection):
    return {"format": "mimamori-facts", "version": 1, "subject": {"kind": "device", "id": name}, "source": "agent",
            "collector": "test", "collected_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "facts": {"volumes": [{"letter": "C:", "fixed": True, "encryption": "bitlocker", "protection": protection}],
                      "os": {"family": "windows", "product": "Windows 11", "display_version": "24H2"}}}


class Visit(unittest.TestCase):
    """What the checks share."""

    def open(self, path):
        self.driver.get(self.server.address + path)
        self.look()

    def look(self):
        """Every page: no missing text, nothing wider than the window, nothing the browser complains of."""
        body = self.driver.find_element(By.TAG_NAME, "body").text
        self.assertNotIn("⟦", body)
        wide, window = self.driver.execute_script(
            "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        self.assertLessEqual(wide, window + 1, f"{self.driver.current_url} is wider than the window")
        main = self.driver.find_element(By.TAG_NAME, "main").rect["width"]
        self.assertGreaterEqual(main, 0.7 * min(window, 1200), f"{self.driver.current_url} is squeezed")
        complaints = [entry["message"] for entry in self.driver.get_log("browser")
                      if entry["level"] == "SEVERE" and "the server responded with a status" not in entry["message"]]
        self.assertEqual(complaints, [], self.driver.current_url)

    def fill(self, name, text):
        field = self.driver.find_element(By.NAME, name)
        field.clear()
        field.send_keys(text)

    def pick(self, name, value):
        field = self.driver.find_element(By.CSS_SELECTOR, f"[name='{name}'][value='{value}']")
        self.driver.execute_script("arguments[0].click()", field)

    def send(self, form):
        button = self.driver.find_element(By.CSS_SELECTOR, f"form[action='{form}'] button.primary")
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'}); arguments[0].click()", button)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and self.driver.execute_script("return document.readyState") != "complete":
            time.sleep(0.05)
        time.sleep(0.2)
        self.look()

    def text(self):
        return self.driver.find_element(By.TAG_NAME, "main").text

    def newcomer(self, size, lang, words):
        with tempfile.TemporaryDirectory() as folder:
            self.server = Server(Path(folder) / "data", "serve")
            self.driver = browser(size, lang)
            try:
                self.walk(Path(folder), words)
            finally:
                self.driver.quit()
                self.server.stop()

    def walk(self, folder, words):
        driver = self.driver
        self.open("/")
        self.assertTrue(driver.current_url.endswith("/setup"))
        self.assertEqual(driver.find_element(By.TAG_NAME, "html").get_attribute("lang"), words["lang"])
        for name, text in (("code", self.server.code()), ("name", "佐藤 美咲"), ("login", "sato"),
                           ("password", PASSWORD), ("company_name", "みなとソフト"), ("people", "24")):
            self.fill(name, text)
        self.pick("parts", "active_directory")
        self.send("/setup")
        self.assertIn(words["welcome"], self.text())
        # Bring in two PCs, one of them unprotected, and a file that is none.
        files = []
        for name, content in (("PC-001.json", facts("PC-001", "suspended")), ("PC-002.json", facts("PC-002", "on")),
                              ("notes.json", {"hello": "world"})):
            path = folder / name
            path.write_text(json.dumps(content))
            files.append(str(path))
        self.open("/subjects/device")
        driver.find_element(By.NAME, "file").send_keys("\n".join(files))
        self.send("/evidence")
        self.assertIn(words["taken"], self.text())
        # Decide row 34.
        self.open("/checklist/34")
        drafted = driver.find_element(By.NAME, "current_state").get_attribute("value")
        self.assertIn("PC-001", drafted, "the present state is drafted from the verdicts")
        self.pick("confidentiality_severity", "critical")
        self.fill("confidentiality_words", "顧客のソースコードが漏洩する")
        self.fill("confidentiality_yen", "500万")
        self.pick("choice", "do")
        driver.execute_script("document.getElementsByName('due')[0].value = '2099-03-31'")
        self.fill("owner", "佐藤")
        self.send("/checklist/34")
        self.assertIn(words["saved"], self.text())
        self.assertIn("5,000,000", driver.find_element(By.NAME, "confidentiality_yen").get_attribute("value"))
        # "Done" while a PC fails is pointed out.
        self.pick("choice", "done")
        self.send("/checklist/34")
        self.assertIn(words["contradiction"], self.text())
        for path in ("/", "/checklist", "/checklist?group=device", "/plan", "/subjects/device/PC-001", "/policies",
                     "/statements/5.1.4-1", "/waivers", "/company", "/accounts", "/account", "/audit",
                     "/checklist/1", "/subjects/domain", "/no-such-page"):
            self.open(path)
        # The exported sheet, opened by LibreOffice.
        self.assertIn("PK", self.download("/checklist/export.xlsx", folder / "checklist.xlsx"))
        subprocess.run([str(HERE / "office.sh"), words["sheet"], "顧客のソースコードが漏洩する",
                        str(folder / "checklist.xlsx")], check=True)

    def download(self, path, to):
        cookie = "; ".join(f"{c['name']}={c['value']}" for c in self.driver.get_cookies())
        request = urllib.request.Request(self.server.address + path, headers={"Cookie": cookie})
        with urllib.request.urlopen(request, timeout=30) as answer:
            content = answer.read()
        to.write_bytes(content)
        return content[:2].decode("latin-1")


JAPANESE = {"lang": "ja", "welcome": "設定が完了しました", "taken": "3件中2件を取り込みました", "saved": "評価を保存しました",
            "contradiction": "実際には未達の対象があります", "sheet": "対策項目"}
ENGLISH = {"lang": "en", "welcome": "All set", "taken": "2 of 3 were taken in", "saved": "The evaluation was saved",
           "contradiction": "the facts say otherwise", "sheet": "Measure"}


class Newcomer(Visit):
    def test_in_japanese_on_a_wide_screen(self):
        self.newcomer(WIDE, "ja", JAPANESE)

    def test_in_english_on_a_phone(self):
        self.newcomer(PHONE, "en", ENGLISH)

    def test_with_the_keyboard_alone(self):
        with tempfile.TemporaryDirectory() as folder:
            self.server = Server(Path(folder) / "data", "serve")
            self.driver = browser(WIDE)
            try:
                self.open("/setup")
                active = lambda: self.driver.switch_to.active_element
                active().send_keys(Keys.TAB)
                self.assertEqual(active().get_attribute("class"), "skip", "the first stop leads past the menu")
                reached = set()
                for _ in range(30):
                    active().send_keys(Keys.TAB)
                    reached.add(active().get_attribute("name"))
                for name in ("code", "name", "login", "password", "company_name", "people", "parts", "profile"):
                    self.assertIn(name, reached)
                for field in self.driver.find_elements(By.CSS_SELECTOR, "input:not([type=hidden]), textarea, select"):
                    named = self.driver.execute_script("return arguments[0].labels.length", field)
                    self.assertTrue(named or field.get_attribute("aria-label"), field.get_attribute("outerHTML"))
            finally:
                self.driver.quit()
                self.server.stop()


class SelfAnalysis(Visit):
    """Section 11 whole: the guideline's own example of a NAS that speaks only SMB 1.0 is entered, rated, costed,
    planned, exported, saved again by LibreOffice and taken back; then tailoring."""

    def test_in_japanese_on_a_wide_screen(self):
        self.with_a_company(WIDE, "ja", {
            "same": "変わらない項目 48件", "one": "変わる項目 1件", "conflict": "見守りの側でも変更されています",
            "saved": "変更した行を保存しました", "sealed": "とまったく同じです", "broken": "作成後に変更されています"})

    def test_in_english_on_a_phone(self):
        self.with_a_company(PHONE, "en", {
            "same": "48 rows stay", "one": "1 rows change", "conflict": "changed here after the file was exported",
            "saved": "The rows you changed were saved", "sealed": "is exactly what was made",
            "broken": "altered since"})

    def with_a_company(self, size, lang, words):
        with tempfile.TemporaryDirectory() as folder:
            self.server = Server(Path(folder) / "data", "serve")
            self.driver = browser(size, lang)
            try:
                self.open("/setup")
                for name, text in (("code", self.server.code()), ("name", "佐藤 美咲"), ("login", "sato"),
                                   ("password", PASSWORD), ("company_name", "みなとソフト"), ("people", "24")):
                    self.fill(name, text)
                self.send("/setup")
                self.assets()
                self.the_nas()
                self.round_trip(Path(folder), words)
                if size == WIDE:
                    self.grid(words)
                    self.older_sheet(Path(folder), words)
                self.reports(Path(folder), words)
                self.tailoring()
                for path in ("/", "/assets", "/assets/1", "/checklist", "/checklist/check", "/plan", "/crosswalk",
                             "/crosswalk/ipa-25", "/products", "/readiness", "/readiness/job/planning", "/measures/chat",
                             "/profiles", "/profiles/difference?from=csaj-2018&to=current", "/upgrade", "/waivers",
                             "/risk?budget=500000"):
                    self.open(path)
            finally:
                self.driver.quit()
                self.server.stop()

    def assets(self):
        """A whole system on one page."""
        self.open("/assets/system?template=server")
        self.fill("system", "顧客向けシステム")
        self.fill("owner", "高橋 浩")
        self.send("/assets/system")
        self.open("/assets")
        self.assertGreater(len(self.driver.find_elements(By.CSS_SELECTOR, "a[href^='/assets/']")), 8)

    def the_nas(self):
        self.open("/checklist/1")
        self.fill("current_state", "SMB1.0のNASを開発部門が使用中。")
        for aspect, severity, text, yen in (
                ("confidentiality", "serious", "ソースコードが漏洩し、損害賠償が発生する", "500万"),
                ("integrity", "serious", "改ざんの検証と復旧、損害賠償の費用が発生する", "300万"),
                ("availability", "critical", "開発が数か月止まり、納期遅れの損害賠償が発生する", "1280万"),
                ("accountability", "critical", "同上", "")):
            self.pick(f"{aspect}_severity", severity)
            self.fill(f"{aspect}_words", text)
            self.fill(f"{aspect}_yen", yen)
        self.driver.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
        self.pick("assets", "1")
        for name, text in (("loss_low", "600万"), ("loss_high", "1780万")):
            self.fill(name, text)
        for name, text in (("often_low", "33"), ("often_high", "100"), ("prevented", "90")):
            self.driver.execute_script("document.getElementsByName(arguments[0])[0].value = arguments[1]", name, text)
        self.fill("tools_once", "45万")
        self.pick("choice", "do")
        self.driver.execute_script("document.getElementsByName('due')[0].value = '2099-03-31'")
        self.fill("owner", "高橋")
        self.fill("reason", "NASのリプレース後にポリシーを適用する。")
        self.send("/checklist/1")
        self.assertEqual(self.driver.find_element(By.NAME, "loss_high").get_attribute("value"), "17,800,000")
        self.open("/plan")
        self.assertIn("2099-03-31", self.text())
        self.open("/risk?budget=500000&years=3")
        self.assertGreater(len(self.driver.find_elements(By.CSS_SELECTOR, "tr.within")), 0, "the budget buys the NAS")

    def round_trip(self, folder, words):
        """What LibreOffice saves again comes back without a difference."""
        sheet = folder / "checklist.xlsx"
        self.download("/checklist/export.xlsx", sheet)
        subprocess.run(["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "xlsx",
                        "--outdir", str(folder / "again"), str(sheet)], check=True, capture_output=True, timeout=180)
        for path in (sheet, folder / "again" / "checklist.xlsx"):
            self.bring(path)
            self.assertIn(words["same"], self.text(), path)

    def bring(self, path):
        self.open("/checklist/import")
        self.driver.find_element(By.NAME, "file").send_keys(str(path))
        self.send("/checklist/import")

    def grid(self, words):
        """Two cells of the grid from the keyboard alone."""
        self.open("/checklist/edit")
        cell = self.driver.find_element(By.NAME, "r1_owner")
        cell.click()
        cell.send_keys(Keys.CONTROL, "a", Keys.NULL, "清水")
        cell.send_keys(Keys.ENTER)
        below = self.driver.switch_to.active_element
        self.assertEqual(below.get_attribute("name"), "r2_owner", "Enter moves down")
        below.send_keys(Keys.ARROW_UP)
        self.assertEqual(self.driver.switch_to.active_element.get_attribute("name"), "r1_owner")
        choice = self.driver.find_element(By.NAME, "r2_confidentiality_severity")
        choice.send_keys("2")
        self.assertEqual(choice.get_attribute("value"), "serious", "a digit takes a choice")
        choice.send_keys(Keys.CONTROL, "s")
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and "note=" not in self.driver.current_url:
            time.sleep(0.1)
        self.look()
        self.assertIn(words["saved"], self.text())

    def older_sheet(self, folder, words):
        """The sheet exported before the grid was saved is older: the row asks."""
        self.bring(folder / "checklist.xlsx")
        self.assertIn(words["conflict"], self.text())
        self.assertFalse(self.driver.find_element(By.CSS_SELECTOR, "input[name=take][value='1']").is_selected())

    def reports(self, folder, words):
        """A report made, handed out, recognised, and not recognised with one letter changed."""
        self.open("/reports")
        button = self.driver.find_element(By.CSS_SELECTOR, "form.make button[value=html]")
        self.driver.execute_script("arguments[0].click()", button)
        time.sleep(1)
        self.look()
        report = folder / "report.html"
        self.download("/reports/1", report)
        self.assertIn("SMB", report.read_text())
        for content, expected in ((report.read_bytes(), words["sealed"]),
                                  (report.read_bytes().replace(b"SMB", b"SNB", 1), words["broken"])):
            report.write_bytes(content)
            self.open("/reports")
            self.driver.find_element(By.NAME, "file").send_keys(str(report))
            self.send("/reports/check")
            self.assertIn(expected, self.text())

    def tailoring(self):
        self.open("/profiles")
        self.fill("name", "当社の基準")
        self.send("/profiles")
        self.open("/profiles/own-1/statements/7.2.2-1")
        self.pick("counts", "no")
        self.fill("counts_reason", "ビデオ会議を行わない。")
        self.send("/profiles/own-1/statements/7.2.2-1")
        self.open("/profiles/own-1/preview")
        self.send("/profiles/own-1/use")
        self.open("/statements/7.2.2-1")
        self.assertIn("ビデオ会議を行わない。", self.text())


class LentPc(Visit):
    """A lent PC and the home it stands in: the administrator lends and freezes, the person signs and reports the home on a
    phone, both are seen by the administrator, and the PC is lost."""

    def test_in_japanese(self):
        self.lent("ja", {"frozen": "双方の署名がやり直しになります", "to_sign": "署名してください", "signed": "署名済みです",
                         "unsigned": "署名待ち", "both": "双方の署名済み", "proof": "提出済みの写し(1件)",
                         "lost": "期限が過ぎたもの"})

    def test_in_english(self):
        self.lent("en", {"frozen": "Both have to sign again", "to_sign": "sign", "signed": "You have signed", "unsigned": "Signature missing",
                         "both": "Signed by both", "proof": "(1)", "lost": "begin now"})

    def lent(self, lang, words):
        with tempfile.TemporaryDirectory() as folder:
            self.server = Server(Path(folder) / "data", "serve")
            self.driver = desk = browser(WIDE, lang)
            phone = browser(PHONE, lang)
            try:
                self.lend(Path(folder), words)
                link = self.staff_link()
                self.driver = phone
                self.sign_and_report(link, words)
                self.driver = desk
                self.both_are_seen(words)
                self.lose(words)
            finally:
                phone.quit()
                desk.quit()
                self.server.stop()

    def lend(self, folder, words):
        self.open("/setup")
        for name, text in (("code", self.server.code()), ("name", "佐藤 美咲"), ("login", "sato"),
                           ("password", PASSWORD), ("company_name", "みなとソフト"), ("people", "24")):
            self.fill(name, text)
        self.send("/setup")
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        person = {"format": "mimamori-facts", "version": 1, "subject": {"kind": "person", "id": "tanaka.yoko"},
                  "name": "田中 陽子", "source": "record", "collector": "test", "collected_at": now,
                  "facts": {"employment": {"status": "active", "works_from_home": True}}}
        pc = facts("PC-001", "on")
        pc["facts"]["software"] = [{"name": "7-Zip", "version": "25.01"}, {"name": "LibreOffice", "version": "25.8"}]
        files = []
        for name, content in (("person.json", person), ("pc.json", pc)):
            path = folder / name
            path.write_text(json.dumps(content))
            files.append(str(path))
        self.open("/subjects/device")
        self.driver.find_element(By.NAME, "file").send_keys("\n".join(files))
        self.send("/evidence")
        self.open("/lendings")
        self.assertTrue(self.driver.find_elements(By.CSS_SELECTOR, "a[href='/subjects/device/PC-001/lending']"))
        self.open("/subjects/device/PC-001/lending")
        self.driver.find_element(By.CSS_SELECTOR, "option[value='tanaka.yoko']").click()
        for tick in ("fresh_system", "patched", "antivirus", "no_important_data"):
            self.pick(tick, "yes")
        self.send("/subjects/device/PC-001/lending")
        self.assertIn(words["frozen"], self.text())
        self.open("/subjects/device/PC-001")
        self.assertIn(words["unsigned"], self.text())

    def staff_link(self):
        self.open("/accounts")
        self.press("form[action='/invitations'] button")
        return self.driver.find_element(By.CSS_SELECTOR, ".link-once code").text

    def press(self, button):
        button = self.driver.find_element(By.CSS_SELECTOR, button)
        self.driver.execute_script("arguments[0].click()", button)
        time.sleep(0.5)
        self.look()

    def sign_and_report(self, link, words):
        self.driver.get(link)
        self.look()
        self.press("form[action^='/i/'] button.primary")
        # An account made for a link reads Japanese until its person says otherwise.
        if words["to_sign"] not in self.text():
            self.press("form[action='/account/lang'] button")
        self.assertIn(words["to_sign"], self.text())
        self.press("a[href^='/my/lendings/']")
        self.assertIn("7-Zip", self.text())
        self.press("form[action^='/my/lendings/'] button.primary")
        self.assertIn(words["signed"], self.text())
        self.open("/my/home")
        for name, value in (("used", "yes"), ("wifi_kind", "wpa3"), ("key", "automatic"), ("wps_pin_off", "yes")):
            self.pick(name, value)
        shot = HERE.parent / "crates/web/tests/sample/shot.png"
        self.driver.find_element(By.ID, "wifi-shot").send_keys(str(shot))
        self.send("/my/home/wifi")
        for path in ("/my", "/my/home", "/my/devices/new", "/my/pcs/PC-001/peers", "/collection",
                     "/remedies/5.1.4-1?for=device/PC-001"):
            self.open(path)

    def both_are_seen(self, words):
        self.open("/subjects/device/PC-001")
        self.assertIn(words["both"], self.text())
        self.press("a[href='/homes/tanaka.yoko']")
        self.assertTrue(self.driver.find_element(By.CSS_SELECTOR, "[name='wifi_kind'][value='wpa3']").is_selected())
        self.assertIn(words["proof"], self.text())
        for path in ("/lendings", "/homes", "/agents", "/agents/enrol", "/recovery-keys",
                     "/subjects/device/PC-001/approvals", "/subjects/device/PC-001/records",
                     "/subjects/device/PC-001/recovery-keys", "/subjects/device/PC-001/peers"):
            self.open(path)

    def lose(self, words):
        self.open("/subjects/device/PC-001/lending/end")
        self.pick("kind", "lost")
        self.send("/subjects/device/PC-001/lending/end")
        self.assertRegex(self.driver.current_url, r"/lendings/\d+")
        self.assertIn(words["lost"], self.text())
        before = len(self.driver.find_elements(By.CSS_SELECTOR, ".task-done"))
        self.assertGreater(len(self.driver.find_elements(By.CSS_SELECTOR, ".tasks > li")), 8)
        self.press("li:not(.task-done) > .task-form button[name=done]")
        self.assertEqual(len(self.driver.find_elements(By.CSS_SELECTOR, ".task-done")), before + 1)


class Survival(Visit):
    def test_what_was_acknowledged_survives_kill_9(self):
        """Rows are saved as fast as possible while the server is killed, three times; no confirmed version is lost."""
        with tempfile.TemporaryDirectory() as folder:
            data = Path(folder) / "data"
            self.server = Server(data, "serve")
            self.driver = browser(WIDE)
            try:
                self.open("/setup")
                for name, text in (("code", self.server.code()), ("name", "佐藤"), ("login", "sato"),
                                   ("password", PASSWORD), ("company_name", "みなとソフト"), ("people", "24")):
                    self.fill(name, text)
                self.send("/setup")
                confirmed = 0
                for _ in range(3):
                    confirmed = self.save_until_killed(confirmed)
                    self.server = Server(data, "serve")
                    self.open("/checklist/1")
                    kept = int(self.driver.find_element(By.NAME, "after").get_attribute("value"))
                    self.assertGreaterEqual(kept, confirmed)
                    self.assertLessEqual(kept, confirmed + 1, "at most the one that was under way")
                    confirmed = kept
                self.assertGreater(confirmed, 10)
                self.server.stop()
                proof = subprocess.run([BINARY, "--data", str(data), "audit", "verify"], capture_output=True, text=True)
                self.assertEqual(proof.returncode, 0, proof.stderr)
            finally:
                self.driver.quit()

    def save_until_killed(self, confirmed):
        cookie = "; ".join(f"{c['name']}={c['value']}" for c in self.driver.get_cookies())
        self.open("/checklist/1")
        token = self.driver.find_element(By.CSS_SELECTOR, "form.evaluation [name=form_token]").get_attribute("value")
        threading.Timer(1.2, lambda: self.server.process.kill()).start()
        severities = "&".join(f"{aspect}_severity=minor" for aspect in
                              ("confidentiality", "integrity", "availability", "accountability"))
        while True:
            body = f"form_token={token}&after={confirmed}&choice=open&{severities}&current_state=v{confirmed + 1}"
            request = urllib.request.Request(self.server.address + "/checklist/1", data=body.encode(),
                                             headers={"Cookie": cookie})
            try:
                opener = urllib.request.build_opener(NoRedirect)
                opener.open(request, timeout=10)
            except urllib.error.HTTPError as answer:
                self.assertEqual(answer.code, 303)
                confirmed += 1
            except OSError:
                self.server.process.wait()
                self.server.process.stderr.close()
                return confirmed


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


PAGES = (("overview", "/"), ("checklist", "/checklist"), ("row", "/checklist/34"), ("plan", "/plan"),
         ("risk", "/risk?budget=500000"), ("assets", "/assets"), ("grid", "/checklist/edit"), ("check", "/checklist/check"),
         ("crosswalk", "/crosswalk"), ("products", "/products"), ("readiness", "/readiness"), ("profiles", "/profiles"),
         ("nas", "/checklist/1"), ("reports", "/reports"), ("president", "/reports/preview/president"), ("devices", "/subjects/device"), ("device", "/subjects/device/PC-004"),
         ("agents", "/agents"), ("collection", "/collection"), ("lendings", "/lendings"), ("homes", "/homes"),
         ("remedy", "/remedies/5.1.4-1?for=device/PC-004"), ("statement", "/statements/5.1.8-1"),
         ("audit", "/audit"), ("directory", "/directories/ad.minato-soft.example/facts"),
         ("policy", "/directories/ad.minato-soft.example/policy"), ("vpns", "/vpns"), ("people", "/people"),
         ("leaving", "/leaving"), ("leaver", "/people/mori.yusuke/leaving"), ("reviews", "/reviews"),
         ("review", "/reviews/accounts/vpn/vpn-eigyosho"))


def pictures(folder):
    """Pictures of the sample company: both languages, wide and phone-narrow, and the first page in the dark."""
    folder.mkdir(parents=True, exist_ok=True)
    server = Server("unused", "demo")
    try:
        login, password = server.wait_for(r": (\w+ / \S+)", 60).split(" / ")
        for lang in ("ja", "en"):
            for size, name in ((WIDE, "wide"), (PHONE, "phone")):
                driver = browser(size, lang)
                sign_in(driver, server.address, login, password, lang)
                for page, path in PAGES:
                    shoot(driver, server.address + path, folder / f"{page}-{name}-{lang}.png", size)
                driver.quit()
        driver = browser(WIDE, "ja", dark=True)
        sign_in(driver, server.address, login, password, "ja")
        shoot(driver, server.address + "/", folder / "overview-dark-ja.png", WIDE)
        driver.quit()
        for lang in ("ja", "en"):
            driver = browser(PHONE, lang)
            driver.get(server.wait_for(r"(http://127\.0\.0\.1:\d+/i/\S+)", 10))
            driver.find_element(By.CSS_SELECTOR, "form[action^='/i/'] button.primary").click()
            time.sleep(0.5)
            if driver.find_element(By.TAG_NAME, "html").get_attribute("lang") != lang:
                driver.find_element(By.CSS_SELECTOR, "form[action='/account/lang'] button").click()
                time.sleep(0.5)
            shoot(driver, server.address + "/my", folder / f"my-phone-{lang}.png", PHONE)
            driver.quit()
    finally:
        server.stop()


def sign_in(driver, address, login, password, lang):
    driver.get(address + "/login")
    driver.find_element(By.NAME, "login").send_keys(login)
    driver.find_element(By.NAME, "password").send_keys(password + Keys.ENTER)
    time.sleep(1)
    if driver.find_element(By.TAG_NAME, "html").get_attribute("lang") != lang:
        driver.find_element(By.CSS_SELECTOR, "form[action='/account/lang'] button").click()
        time.sleep(0.5)


def shoot(driver, address, path, size):
    driver.get(address)
    time.sleep(0.3)
    height = driver.execute_script("return document.documentElement.scrollHeight")
    metrics = {"width": size[0], "height": min(max(height, size[1]), 2400), "deviceScaleFactor": 1,
               "mobile": size == PHONE}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    driver.save_screenshot(str(path))
    metrics["height"] = size[1]
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    BINARY = str(Path(sys.argv[1]).resolve())
    if "--pictures" in sys.argv:
        pictures(Path(sys.argv[sys.argv.index("--pictures") + 1]))
    else:
        unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
