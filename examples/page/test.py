"""test.py PAGE [DIRECTORY]: a visitor in headless Chromium, at the width of a desk and of a phone. Chooses every function, moves every
parameter, compares the errors shown with the promised ones, measures, and compares the plain JavaScript with the library. Pictures of
both widths go to the directory. Exit code 77: this machine has no Chromium or no Selenium."""
import os
import shutil
import sys
import time

try:
    from selenium import webdriver
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.ui import Select, WebDriverWait
except ImportError:
    print("skipped: no Selenium")
    sys.exit(77)

chromium, driver_path = shutil.which("chromium"), shutil.which("chromedriver")
if not chromium or not driver_path:
    print("skipped: no Chromium")
    sys.exit(77)

page = sys.argv[1]
pictures = sys.argv[2] if len(sys.argv) > 2 else None
options = Options()
options.binary_location = chromium
options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
    options.add_argument(argument)
driver = webdriver.Chrome(service=Service(driver_path), options=options)
wrong = []
made = 0


def expect(holds, claim):
    global made
    made += 1
    if not holds:
        wrong.append(claim)


def shown(key):
    return driver.execute_script("return document.documentElement.dataset[arguments[0]]", key)


def curve():
    return driver.find_element(By.CSS_SELECTOR, "#curve path.forward").get_attribute("d")


def visit(width, height, measure):
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                           {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 700})
    driver.get("file://" + os.path.abspath(page))
    WebDriverWait(driver, 30).until(lambda _: shown("ready"))
    functions = Select(driver.find_element(By.ID, "function"))
    names = [option.text for option in functions.options]
    expect(len(names) == int(shown("ready")) and len(set(names)) == len(names) >= 21, "every function is in the list")
    for name in names:
        functions.select_by_visible_text(name)
        at = f"{name}, {width} wide: "
        expect(shown("function") == name, at + "it is shown")
        for reach in ("2", "100"):
            Select(driver.find_element(By.ID, "reach")).select_by_visible_text(reach)
            for kind in ("", "derivative_"):
                error, bound = float(shown((kind or "forward_") + "error")), float(shown(kind + "bound"))
                expect(error <= bound + 0.005, at + f"the error {kind}{error} is within {bound}")
            before = curve()
            expect(len(before) > 1000 and "NaN" not in before, at + "there is a curve")
        for slider in driver.find_elements(By.CSS_SELECTOR, "input[type=range]"):
            before = curve()
            was = slider.get_attribute("value")
            driver.execute_script("arguments[0].value = +arguments[0].value + 1.5; arguments[0].dispatchEvent(new Event('input'))", slider)
            expect(curve() != before, at + f"{slider.get_attribute('id')} moves the curve")
            driver.execute_script("arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input'))", slider, was)
        expect(driver.execute_script("return document.documentElement.scrollWidth") <= width, at + "nothing is wider than the page")
        if measure:
            driver.find_element(By.ID, "measure").click()
            WebDriverWait(driver, 60).until(lambda _: driver.find_element(By.ID, "measure").is_enabled())
            expect(float(shown("apart")) < 2e-6, at + f"JavaScript agrees: {shown('apart')}")
            print(f"{name}: {float(shown('ratio')):.1f} times as fast as plain JavaScript")
    if pictures:
        Select(driver.find_element(By.ID, "reach")).select_by_visible_text("6")
        functions.select_by_visible_text("elu")
        driver.find_element(By.ID, "measure").click()
        WebDriverWait(driver, 60).until(lambda _: driver.find_element(By.ID, "measure").is_enabled())
        driver.save_screenshot(os.path.join(pictures, f"page_{width}.png"))
    for entry in driver.get_log("browser"):
        expect(entry["level"] != "SEVERE", f"{width} wide: the browser says nothing: {entry['message']}")


begin = time.time()
try:
    visit(1280, 1000, measure=True)
    visit(390, 1700, measure=False)
    # outside its domain a parameter is named, and nothing is measured
    Select(driver.find_element(By.ID, "function")).select_by_visible_text("celu")
    number = driver.find_element(By.CSS_SELECTOR, "input[type=number]")
    driver.execute_script("arguments[0].value = '0'; arguments[0].dispatchEvent(new Event('input'))", number)
    expect("alpha" in driver.find_element(By.ID, "trouble").text, "an alpha of 0 is refused for celu")
finally:
    driver.quit()
for claim in wrong:
    print(f"does not hold: {claim}")
print(f"{made} checks, {len(wrong)} do not hold, {time.time() - begin:.0f} s")
sys.exit(1 if wrong else 0)
