"""The formulas of the functors, which are text, as MathML: browsers set it without a script, a font or a network."""
import re

TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?)|([A-Za-z_]\w*'?)|(<=|>=|==|&&|[-+·/^?:<>=(),|]))")
SIGNS = {"<=": "≤", ">=": "≥", "-": "−", "·": "⋅", "<": "&lt;", ">": "&gt;"}
LETTERS = {"alpha": "α", "beta": "β", "pi": "π"}
COMPARISONS = ("<", ">", "<=", ">=", "==")


def sign(text):
    return f"<mo>{SIGNS.get(text, text)}</mo>"


def row(*parts):
    return "<mrow>" + "".join(parts) + "</mrow>"


def in_brackets(inner):
    return row('<mo>(</mo>', inner, '<mo>)</mo>')


def name(text):
    prime = '<mo lspace="0" rspace="0">′</mo>' if text.endswith("'") else ""
    text = text.rstrip("'")
    letter = LETTERS.get(text, text)
    variant = "" if len(letter) == 1 else ' mathvariant="normal"'
    word = f"<mi{variant}>{letter}</mi>"
    return row(word, prime) if prime else word


class Formula:
    """A parser of one formula: each method reads one level of precedence and returns its MathML."""

    def __init__(self, text):
        self.text = text
        self.tokens = []
        at = 0
        while at < len(text.rstrip()):
            match = TOKEN.match(text, at)
            if not match:
                raise ValueError(f"not a formula from '{text[at:]}': {text}")
            self.tokens.append(next((kind, part) for kind, part in zip(("number", "name", "sign"), match.groups()) if part))
            at = match.end()
        self.at = 0

    def peek(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")

    def take(self, *signs):
        kind, text = self.peek()
        if kind == "sign" and text in signs:
            self.at += 1
            return text
        return None

    def expect(self, wanted):
        if not self.take(wanted):
            raise ValueError(f"expected '{wanted}' at token {self.at}: {self.text}")

    def whole(self):
        parts = [self.choice()]
        while self.take(","): # what a letter stands for
            parts.append(row("<mtext>,&#160;&#160;</mtext>", self.comparison("=")))
        if self.peek()[0] != "end":
            raise ValueError(f"does not end at token {self.at}: {self.text}")
        return row(*parts)

    def choice(self):
        """a ? b : c ? d : e, as cases one below the other"""
        cases = []
        value = self.condition()
        while self.take("?"):
            result = self.condition()
            self.expect(":")
            cases.append((result, row("<mtext>if&#160;</mtext>", value)))
            value = self.condition()
        if not cases:
            return value
        cases.append((value, "<mtext>otherwise</mtext>"))
        rows = "".join(f'<mtr><mtd style="text-align:left">{result}</mtd><mtd style="text-align:left">{where}</mtd></mtr>'
                       for result, where in cases)
        return row('<mo stretchy="true">{</mo>', f"<mtable>{rows}</mtable>")

    def condition(self):
        parts = [self.comparison(*COMPARISONS)]
        while self.take("&&"):
            parts.append("<mtext>&#160;and&#160;</mtext>" + self.comparison(*COMPARISONS))
        return row(*parts)

    def comparison(self, *signs):
        parts = [self.sum()]
        while found := self.take(*signs):
            parts += [sign(found), self.sum()]
        return row(*parts)

    def sum(self):
        parts = [self.product()]
        while found := self.take("+", "-"):
            parts += [sign(found), self.product()]
        return row(*parts)

    def product(self):
        """a · b / c is (a · b) / c"""
        above, bare = self.factor()
        while True:
            if self.take("/"):
                _, divisor = self.factor()
                above = bare = f"<mfrac>{bare}{divisor}</mfrac>"
            elif self.take("·"):
                above = bare = row(above, sign("·"), self.factor()[0])
            elif self.peek()[0] == "name": # 2 pi
                above = bare = row(above, "<mspace width='0.15em'/>", self.factor()[0])
            else:
                return above

    def factor(self):
        """a factor as it stands, and as it stands above or below a line, which takes the brackets' place"""
        if self.take("-"):
            inner = row(sign("-"), self.factor()[0])
            return inner, inner
        whole, bare = self.atom()
        if self.take("^"):
            exponent = self.exponent()
            whole = bare = f"<msup>{whole}{exponent}</msup>"
        return whole, bare

    def exponent(self):
        if self.take("-"):
            return row(sign("-"), self.exponent())
        return self.atom()[1]

    def atom(self):
        kind, text = self.peek()
        self.at += 1
        if kind == "number":
            return (f"<mn>{text}</mn>",) * 2
        if kind == "name":
            if not self.take("("):
                return (name(text),) * 2
            arguments = [self.choice()]
            while self.take(","):
                arguments.append(self.choice())
            self.expect(")")
            if text == "sqrt":
                return (f"<msqrt>{arguments[0]}</msqrt>",) * 2
            return (row(name(text), "<mo>&#8289;</mo>", in_brackets("<mo>,</mo>".join(arguments))),) * 2
        if text == "(":
            inner = self.choice()
            self.expect(")")
            return in_brackets(inner), inner
        if text == "|":
            inner = self.sum()
            self.expect("|")
            return (row("<mo>|</mo>", inner, "<mo>|</mo>"),) * 2
        raise ValueError(f"unexpected '{text}' at token {self.at - 1}: {self.text}")


def mathml(left, text):
    """left = text, displayed"""
    return f'<math display="block">{row(left, sign("="), Formula(text).whole())}</math>'


F_OF_X = row(name("f"), in_brackets(name("x")))
DERIVATIVE_OF_X = row(name("f'"), in_brackets(name("x")))
