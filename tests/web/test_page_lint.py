"""The linter finds the faults it promises to find."""

from __future__ import annotations

import pytest

from tests.page_lint import lint

GOOD = (
    '<!DOCTYPE html><html lang="en" dir="ltr"><head><title>Members - GovStack</title></head>'
    "<body><h1>Members</h1>{}</body></html>"
)


def test_a_good_page_has_no_faults() -> None:
    token = '<input type="hidden" name="csrf_token" value="x">'
    form = f'<form method="post">{token}<label for="n">Name</label><input id="n"></form>'

    assert lint(GOOD.format(form)) == []


@pytest.mark.parametrize(
    ("part", "fault"),
    [
        ("<h1>Again</h1>", "2 h1 elements"),
        ("<h3>Deep</h3>", "jumps from level 1 to 3"),
        ("<p><div>x</div></p>", "Line 1"),
        ('<input name="x">', "'x' has no label"),
        ('<label>Name <input name="x"></label><select name="y"></select>', "'y' has no label"),
        ('<p id="a"></p><p id="a"></p>', "'a' stands 2 times"),
        ('<p aria-describedby="lost">x</p>', "'lost', which is not there"),
        ('<a href="/x"></a>', "A a has no words"),
        ("<button></button>", "A button has no words"),
        ("<a>words</a>", "has no address"),
        ('<a href="javascript:x()">words</a>', "runs a script"),
        ('<img src="/x.png">', "has no alt"),
        ('<svg role="img"></svg>', "no name"),
        ("<table><tr><th>a</th></tr></table>", "no caption"),
        ("<table><caption>a</caption><tr><td>b</td></tr></table>", "no header cells"),
        ('<form method="post" action="/x"></form>', "no csrf_token"),
        ('<form action="/x"><label>a<input type="file" name="f"></label></form>', "multipart"),
        ('<script src="https://example.org/x.js"></script>', "fetched from elsewhere"),
        ('<img alt="" src="//example.org/x.png">', "fetched from elsewhere"),
        ("<script>x()</script>", "script stands in the page"),
        ('<p onclick="x()">a</p>', "onclick"),
        ('<p style="color:red">a</p>', "style"),
    ],
)
def test_a_fault_is_named(part: str, fault: str) -> None:
    assert any(fault in sentence for sentence in lint(GOOD.format(part))), lint(GOOD.format(part))


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        (GOOD.replace(' lang="en"', ""), "language is ''"),
        (GOOD.replace('dir="ltr"', 'dir="rtl"'), "en runs ltr"),
        (GOOD.replace("<title>Members", "<title>People"), "does not start with the h1"),
        (GOOD.replace("<!DOCTYPE html>", ""), "Line 1"),
    ],
)
def test_a_fault_of_the_whole_page_is_named(page: str, fault: str) -> None:
    assert any(fault in sentence for sentence in lint(page)), lint(page)
