"""Marks of the programs that built a site: Jekyll's, Hexo's and Hugo's, in Markdown."""

import time

import pytest

from site_builder.formats.markdown import render_markdown
from site_builder.formats.marks import read_marks
from site_builder.model import Source
from site_builder.steps.clean import clean_body, whole_html


def shown(text: str) -> str:
    html, note = render_markdown(text)
    assert not note
    return whole_html(clean_body(html, Source("", "unknown", known=False)))


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
        ('[a]({% post_url 2022-05-05-a %}) and [b]({{< relref "b.md" >}}).', "<p>a and b.</p>"),
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
    ],
)
def test_marks_that_html_can_say_are_said_in_it(text: str, want: str) -> None:
    assert shown(text) == want


def test_a_film_is_linked() -> None:
    assert "https://www.youtube.com/watch?v=abcdefghijk" in shown("{{< youtube abcdefghijk >}}")
    assert "https://vimeo.com/123" in shown("{% vimeo 123 %}")
    assert "<iframe" not in read_marks('{% youtube "><script> %}')


@pytest.mark.parametrize(
    "text",
    [
        "{{ 7*7 }} and {% if a %}b{% endif %}",
        "{% tabs %}\nMind.\n{% endtabs %}",
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
