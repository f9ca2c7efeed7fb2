"""Marks of the programs that built a site: Jekyll's, Hexo's and Hugo's, in Markdown."""

import time

import pytest

from site_builder.formats.asides import read_asides
from site_builder.formats.markdown import render_markdown
from site_builder.formats.marks import read_marks
from site_builder.sources import load_sources, match_source
from site_builder.steps.clean import clean_body, whole_html
from site_builder.steps.read import parse_article

NOBODY, _ = match_source(load_sources(), parse_article(b"The lamp.", "a.md"))


def shown(text: str) -> str:
    html, note = render_markdown(text)
    assert not note
    return whole_html(clean_body(html, NOBODY))


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ('{% highlight ruby %}\nputs "a"\n{% endhighlight %}', '<pre><code>puts "a"\n</code></pre>'),
        ("{{< highlight go >}}\n`a`\n{{< /highlight >}}", "<pre><code>`a`\n</code></pre>"),
        (
            "{% asset_img right lamp.jpg 300 The lamp %}",
            '<figure><img src="lamp.jpg" alt="The lamp"></figure>',
        ),
        (
            '{{< figure src="a.jpg" alt="A" title="The lamp" >}}',
            '<figure><img src="a.jpg" alt="A"><figcaption>The lamp</figcaption></figure>',
        ),
        (
            "{% blockquote Ida %}\nIt burns.\n{% endblockquote %}",
            "<blockquote>\n<p>It burns.</p>\n<p>— Ida</p>\n</blockquote>",
        ),
        ("The lamp.{: .lead}\n\n* TOC\n{:toc}\n\nText.", "<p>The lamp.</p>\n<p>Text.</p>"),
        (
            '[a]({% post_url 2022-05-05-a %}) and [b]({{< relref "b.md" >}}).',
            '<p><a href="article:2022-05-05-a">a</a> and <a href="article:b.md">b</a>.</p>',
        ),
        ("![x]({{ site.baseurl }}/a.jpg)", '<figure><img src="/a.jpg" alt="x"></figure>'),
        ("![x]({{ '/a.jpg' | relative_url }})", '<figure><img src="/a.jpg" alt="x"></figure>'),
        ("{% raw %}{{ 7*7 }}{% endraw %}", "<p>{{ 7*7 }}</p>"),
        (
            "{{< notice warning >}}\nMind the *lamp*.\n{{< /notice >}}",
            "<blockquote>\n<p><strong>Warning</strong></p>\n<p>Mind the <em>lamp</em>.</p>\n</blockquote>",
        ),
        (
            '{{% alert title="Heads *up*" color="warning" %}}Text.{{% /alert %}}',
            "<blockquote>\n<p><strong>Heads up</strong></p>\n<p>Text.</p>\n</blockquote>",
        ),
        (
            '{{< admonition tip "My title" false >}}\nText.\n{{< /admonition >}}',
            "<blockquote>\n<p><strong>My title</strong></p>\n<p>Text.</p>\n</blockquote>",
        ),
        ("{% note info %}\n内容。\n{% endnote %}", "<blockquote>\n<p>内容。</p>\n</blockquote>"),
        ('{{< callout emoji="!" >}}Text.{{< /callout >}}', "<blockquote>\n<p>Text.</p>\n</blockquote>"),
        ("{{< notice >}} is never closed.", "<p>{{&lt; notice &gt;}} is never closed.</p>"),
        (
            '{% include image.html url="/a b.jpg" caption = "The lamp" width="100%" %}',
            '<figure><img src="/a b.jpg" alt=""><figcaption>The lamp</figcaption></figure>',
        ),
        (
            '{% include figure\n  image_path="{{ site.baseurl }}/a.png"\n  alt="A"\n%}',
            '<figure><img src="/a.png" alt="A"></figure>',
        ),
        (
            '<div>\n    {% include figure.liquid path="a.png" title="A" %}\n</div>',
            '<figure><img src="a.png" alt="A"></figure>',
        ),
        (
            '{{< img src="a.png#center" caption="Lit" >}}',
            '<figure><img src="a.png" alt=""><figcaption>Lit</figcaption></figure>',
        ),
        (
            'a | b\n--|--\n{{< figure src="a.png" >}} | 2',
            "<table>\n<thead>\n<tr>\n<th>a</th>\n<th>b</th>\n</tr>\n</thead>\n<tbody>\n"
            '<tr>\n<td>\n<figure><img src="a.png" alt=""></figure>\n</td>\n'
            "<td>2</td>\n</tr>\n</tbody>\n</table>",
        ),
        ("{{< lead >}}\nThe *lamp*.\n{{< /lead >}}\n\nText.", "<p>The <em>lamp</em>.</p>\n<p>Text.</p>"),
        ("{% fold more %}\nMind.\n{% endfold %}", "<p>Mind.</p>"),
        (
            "{% tabs x %}\n<!-- tab One -->\nMind.\n<!-- endtab -->\n{% endtabs %}",
            "<p><strong>One</strong></p>\n<p>Mind.</p>",
        ),
        ("{% include toc.html %}\n\nText.\n\n[TOC]\n\n{{< toc >}}", "<p>Text.</p>"),
        ("{% comment %} not *yet* {% endcomment %}Text.", "<p>Text.</p>"),
        ("See {% post_link the-lamp The lamp %}.", '<p>See <a href="article:the-lamp">The lamp</a>.</p>'),
        (
            "See [b][r].\n\n<div>c</div>\n\n[r]: {{ site.baseurl }}{% post_url 2022-05-05-a %}",
            '<p>See <a href="article:2022-05-05-a">b</a>.</p>\n<p>c</p>',
        ),
        (
            '[a]({{< ref "b.md" >}} "B") and [c]({{< relref "d" >}}#e).',
            '<p><a href="article:b.md">a</a> and <a href="article:d">c</a>.</p>',
        ),
        (
            '## The lamp {#lamp .big}\n\n[a](https://a.example/){:target="_blank"} burns.',
            "<h2>The lamp</h2>\n"
            '<p><a href="https://a.example/" rel="nofollow noreferrer external">a</a> burns.</p>',
        ),
        ("![x]({static}/a.jpg)", '<figure><img src="/a.jpg" alt="x"></figure>'),
        ("{{< terminal >}}\nls *\n{{</ terminal >}}", "<pre><code>ls *\n</code></pre>"),
        (
            '{{< quote author="Ida" >}}\nIt burns.\n{{< /quote >}}',
            "<blockquote>\n<p>It burns.</p>\n<p>— Ida</p>\n</blockquote>",
        ),
    ],
)
def test_marks_that_html_can_say_are_said_in_it(text: str, want: str) -> None:
    assert shown(text) == want


def test_a_film_is_linked() -> None:
    assert "https://www.youtube.com/watch?v=abcdefghijk" in shown("{{< youtube abcdefghijk >}}")
    assert "https://vimeo.com/123" in shown("{% vimeo 123 %}")
    assert "https://www.youtube.com/watch?v=abc" in shown('{% include video id="abc" provider="youtube" %}')
    assert "https://player.example/7" in shown("{% iframe https://player.example/7 100% %}")
    assert "<iframe" not in read_marks('{% youtube "><script> %}')


def test_what_is_shown_elsewhere_is_linked() -> None:
    assert 'href="https://twitter.com/ida/status/12"' in shown('{{< tweet user="ida" id="12" >}}')
    assert 'href="https://gist.github.com/ida/12"' in shown("{{< gist ida 12 >}}")
    assert ">The lamp</a>" in shown("{% btn https://a.example/, The lamp, home %}")


def test_a_mark_that_shows_nothing_is_in_the_ledger() -> None:
    html, _ = render_markdown("{{< lead >}}\nThe lamp.\n{{< /lead >}}")
    removals = clean_body(html, NOBODY).removals
    assert [entry.text for entry in removals] == ["{{< lead >}}", "{{< /lead >}}"]


@pytest.mark.parametrize(
    "text",
    [
        "{{ 7*7 }} and {% if a %}b{% endif %}",
        "{% for post in posts %}\nMind.\n{% endfor %}",
        "{{< param lamp >}} and ## a {#b}",
        "{% highlight %} without an end",
        "`{% img a.jpg %} {: .x}`",
        "```\n{% img a.jpg %}\n{: .x}\n{{ site.url }}\n```",
        "~~~\n```\n{% raw %}a{% endraw %}\n~~~",
        "a {:d} b",
    ],
)
def test_all_else_stays_what_it_is(text: str) -> None:
    assert read_marks(text) == text


@pytest.mark.parametrize(
    "piece", ["{% highlight %}", "{% raw %}{% endraw", "{: ", "```\n{% x %}\n{", "{{ 'a", "`{"]
)
def test_floods_of_marks_take_no_long_time(piece: str) -> None:
    began = time.process_time()
    read_marks(piece * 50_000)
    assert time.process_time() - began < 5


def test_what_an_mdx_file_has_for_programs_goes_and_its_words_stay() -> None:
    text = (
        "---\ntitle: The lamp\n---\nimport Note from '../Note.astro'\n\n"
        '<Note kind="a">It **burns**.</Note>\n\n'
        "{/* not yet */}\n\n<Image src={lamp} alt=\"A\" />\n\n```js\nimport a from 'b'\n```\n\nText.\n"
    )
    raw = parse_article(text.encode(), "the-lamp.mdx")
    body = clean_body(raw.body, NOBODY)
    assert body.text.split() == "It burns. import a from 'b' Text.".split()
    left = [entry.text for entry in body.removals if entry.text]
    assert left == ["import Note from '../Note.astro'", "{/* not yet */}"]


def test_addresses_in_the_html_of_a_post_are_plain() -> None:
    text = (
        "---\ntitle: The lamp\nurl: https://a.example/b/\n---\n"
        '<p>{{ 7*7 }} <a href="{% post_url 2022-05-05-a %}">a</a>'
        '<img src="{{ site.baseurl }}/a.jpg"><img src="{{ \'/b.jpg\' | relative_url }}"></p>'
    )
    body = clean_body(parse_article(text.encode(), "a.html").body, NOBODY, origin="https://a.example/b/")
    assert [media.urls[0] for media in body.media] == ["https://a.example/a.jpg", "https://a.example/b.jpg"]
    assert body.text.startswith("{{ 7*7 }} a")


# --- asides, formulas and terms ---------------------------------------------------------------

_TIP = "<blockquote>\n<p><strong>{}</strong></p>\n<p>Mind the <em>lamp</em>.</p>\n</blockquote>"


@pytest.mark.parametrize(
    ("text", "want"),
    [
        (":::tip\nMind the *lamp*.\n:::", _TIP.format("Tip")),
        (":::tip[The title]\nMind the *lamp*.\n:::", _TIP.format("The title")),
        ("::: warning The title\nMind the *lamp*.\n:::", _TIP.format("The title")),
        (':::note{title="T"}\n\nMind the *lamp*.\n\n:::', _TIP.format("T")),
        ("::: {.callout-note}\nMind the *lamp*.\n:::", _TIP.format("Note")),
        ("::::columns\n:::tip\nMind the *lamp*.\n:::\n::::", _TIP.format("Tip")),
        ("::: center\nMind.\n:::", "<p>Mind.</p>"),
        ('!!! note "The title"\n    Mind the *lamp*.', _TIP.format("The title")),
        ("??? tip\n\n    Mind the *lamp*.\n\nText.", _TIP.format("Tip") + "\n<p>Text.</p>"),
        (
            '=== "Oil"\n\n    Burn it.\n\n=== "Wax"\n\n    Melt it.',
            "<p><strong>Oil</strong></p>\n<p>Burn it.</p>\n<p><strong>Wax</strong></p>\n<p>Melt it.</p>",
        ),
        ("Lamp\n: A light.\n", "<dl>\n<dt>Lamp</dt>\n<dd>A light.</dd>\n</dl>"),
        (
            r"Since $a_1*b$ and $c*d_1$, $$\begin{m} a \\ b \end{m}$$ holds.",
            r"<p>Since $a_1*b$ and $c*d_1$, $$\begin{m} a \\ b \end{m}$$ holds.</p>",
        ),
        ("$$\na_1 \\\\\n*b*\n$$", "<p>$$ a_1 \\\\ *b* $$</p>"),
        ("It costs $5 and *not* $10.", "<p>It costs $5 and <em>not</em> $10.</p>"),
    ],
)
def test_what_other_dialects_of_markdown_write(text: str, want: str) -> None:
    assert shown(text) == want


@pytest.mark.parametrize(
    "text", ["::: tip\nMind.", "!!! note\nMind.", "```\n:::tip\nMind.\n:::\n```", "A :::b", "!!! wow"]
)
def test_what_only_looks_like_an_aside_stays(text: str) -> None:
    assert read_asides(text) == text


@pytest.mark.parametrize("piece", [":::tip\n", ":::\n", "!!! note\n", '=== "a"\n    ', "$a_", "a\n: b\n"])
def test_floods_of_asides_take_no_long_time(piece: str) -> None:
    began = time.process_time()
    render_markdown(piece * 5_000)
    assert time.process_time() - began < 5
