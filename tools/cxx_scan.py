"""Just enough reading of C++ for tools/tidy.py: includes, and where each function begins and ends.

Not a parser. It knows comments, strings and braces, and that is right for code in our format.
"""

import re
from dataclasses import dataclass

_LITERALS = re.compile(
    r"//[^\n]*"
    r"|/\*.*?\*/"
    r'|R"(?P<tag>[^()\\\s]{0,16})\(.*?\)(?P=tag)"'
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9A-Za-z_])'(?:\\.|[^'\\\n])+'"
    r"|^[ \t]*#(?:\\\n|[^\n])*",
    re.DOTALL | re.MULTILINE,
)
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]')
_SCOPE = re.compile(r"\b(namespace|class|struct|union|enum|extern)\b")
_BRANCH = re.compile(r"\b(if|for|while|switch|do)\b|\?")


@dataclass(frozen=True)
class Include:
    line: int
    name: str
    is_system: bool


@dataclass(frozen=True)
class Function:
    first: int  # the line of its signature
    last: int  # the line of its closing brace
    body: str

    @property
    def size(self):
        return self.last - self.first + 1

    @property
    def has_logic(self):
        """Whether it does more than hand something on."""
        return self.body.count(";") > 1 or bool(_BRANCH.search(self.body))


def includes(text):
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        match = _INCLUDE.match(line)
        if match:
            found.append(Include(number, match.group(2), match.group(1) == "<"))
    return found


def without_literals(text):
    """`text` with comments, literals and preprocessor lines blanked; every line stays in place."""
    return _LITERALS.sub(lambda match: re.sub(r"[^\n]", " ", match.group(0)), text)


def functions(text):
    """The outermost function bodies of a file; lambdas and local classes belong to theirs."""
    code = without_literals(text)
    found = []
    open_braces = []  # (is_function, start of header, position of the brace)
    header = 0  # where the current statement began
    for match in re.finditer(r"[;{}]", code):
        at = match.start()
        if match.group() == "{":
            open_braces.append((_opens_function(code[header:at], open_braces), header, at))
            header = at + 1
        elif match.group() == "}" and open_braces:
            is_function, began, brace = open_braces.pop()
            if is_function and not any(outer[0] for outer in open_braces):
                began = _first_code(code, began)
                found.append(Function(code.count("\n", 0, began) + 1,
                                      code.count("\n", 0, at) + 1, code[brace + 1:at]))
            # `: a_{1}, b_{2} {`: an initialiser's brace does not end the constructor's header.
            header = began if re.match(r"\s*[,{]", code[at + 1:at + 200]) else at + 1
        else:
            header = at + 1
    return found


def _opens_function(header, open_braces):
    if "(" not in header or any(outer[0] for outer in open_braces):
        return False
    before_parameters = header[:header.index("(")]
    if "operator" in before_parameters:
        return True
    is_scope = _SCOPE.search(re.sub(r"\btemplate\s*<[^{]*?>\s", " ", before_parameters))
    return not is_scope and "=" not in re.sub(r"<[^<>]*>", "", before_parameters)


def _first_code(code, position):
    return position + len(code[position:]) - len(code[position:].lstrip())
