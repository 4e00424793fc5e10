"""embed.py PAGE.html.in PAGE.wasm PAGE.html: one file that needs no server, since browsers fetch nothing beside a local page."""
import base64
import sys

template, wasm, page = sys.argv[1:]
with open(template, encoding="utf-8") as file:
    text = file.read()
if text.count("@WASM@") != 1:
    sys.exit(f"{template} has not one @WASM@")
with open(wasm, "rb") as file:
    text = text.replace("@WASM@", base64.b64encode(file.read()).decode())
with open(page, "w", encoding="utf-8") as file:
    file.write(text)
