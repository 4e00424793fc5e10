"""links.py DIRECTORY|FILE.md...: fails where a page of the site, or a file of Markdown, names a file that is not there, an anchor that
its page does not have, or a picture of another machine. Links to other sites are counted and not followed."""
import os
import re
import sys
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit


class Page(HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.anchors = set()
        self.links = []
        with open(path, encoding="utf-8") as file:
            self.feed(file.read())

    def handle_starttag(self, tag, attributes):
        for key, value in attributes:
            if key == "id" or (tag == "a" and key == "name"):
                self.anchors.add(value)
            elif (key in ("href", "src") or (tag, key) == ("object", "data")) and value is not None:
                self.links.append((tag, value))


class Markdown:
    """Anchors as code forges make them of headings."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            text = re.sub(r"^```.*?^```|`[^`\n]*`", "", file.read(), flags=re.S | re.M)
        self.links = [("img" if sign else "a", link) for sign, link in re.findall(r"(!?)\[[^\]]*\]\(([^)\s]+)\)", text)]
        headings = re.findall(r"^#+ (.*)$", text, re.M)
        self.anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def check(arguments):
    pages = {path: Markdown(path) for path in arguments if path.endswith(".md")}
    for root, names in [(root, names) for path in arguments for root, _, names in os.walk(path)]:
        for name in names:
            if name.endswith(".html"):
                path = os.path.join(root, name)
                pages[path] = Page(path)
    dead = []
    inside = outside = 0
    for path, page in sorted(pages.items()):
        for tag, link in page.links:
            parts = urlsplit(link)
            if parts.scheme in ("javascript", "data"):
                continue
            if parts.scheme or parts.netloc:
                outside += 1
                if tag != "a" and tag != "link" or parts.scheme == "file":
                    dead.append(f"{path}: {link} is fetched from elsewhere")
                continue
            inside += 1
            target = os.path.normpath(os.path.join(os.path.dirname(path), unquote(parts.path))) if parts.path else path
            if not os.path.exists(target):
                dead.append(f"{path}: {link} does not exist")
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].anchors:
                dead.append(f"{path}: {link} has no such anchor")
    for line in dead:
        print(line)
    print(f"{len(pages)} pages, {inside} links inside, {outside} to other sites, {len(dead)} dead")
    return 1 if dead or not pages or not inside else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(check(sys.argv[1:]))
