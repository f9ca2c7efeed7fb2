"""Any piece of a sentence, found from a folder of files: the index, and how to ask it.

In: the articles' titles and texts. Out: small classic scripts, each of which calls one function
with data, so that a page finds things over http and from disk alike. The rule it guards: **what
is shown holds what was asked**; grams only propose, the stored text decides.

**Terms.** A text is cleaned (``terms.clean``), folded (``terms.fold``) and read as UTF-16 units.
Each pair of neighbours is a term, and each three of Latin letters and digits. A
term is a number below 2³². So what a reader types of two characters, or three Latin ones, *is*
a term and its list is exact; a single character's articles are those of all its pairs, which stand side by
side. Of longer pieces the lists of their terms are intersected, and the candidates' text is looked at.
Of a term that many have, the list is told apart by what follows it, in four bits (``follower_of``): to
ask for 徕卡 with 合 behind it leaves out what has 徕卡 with something else, in the same file. So four terms
say more than all eight did, and half as many files are read.
Pairs with a comma are in every text, so what stands on both sides of what is no word is a term, too,
a *bridge*, hashed to few numbers, and so is a Chinese character with three Latin letters or digits behind it.

**Portions.** A long article has several places (``portions``), one for each 2,400 characters or more;
whatever is shorter than what two neighbours share stands whole in one of them. Longer pieces are looked up by
how they begin.

**Segments.** Articles are cut by time (``segments.plan``): closed ones are large, few, and keep their
bytes while a month lasts; the newest is small, so that one more article rewrites few files.

**Files** of a segment, in ``search/i/<segment>/``::

    p<term>.js    terms from there on and who holds them, as bits (``numbers``), some 2 kB; in the newest
                  segment there is one, which the page reads when it is opened
    x<month>-N.js articles of a month as they are shown and checked: title, address, date, source, tags,
                  text; deflated, since the text of a page from disk is in no other file that a page
                  from disk may read
    f.js          read when asked for: sources and tags with who holds them, Latin words for typos

and ``search/i/r.js`` has the heads of all segments, newest first: how many articles, by month, and where
the p files begin. To read them apart was a file for each segment, of some thirty for a question. ``h.js``
has the Traditional characters, and is read when a query or a text may hold one. All are UTF-16. Within a
segment articles are numbered from the oldest, so that a new one moves no other.

**What an edit costs.** A text has some hundred terms for each hundred characters, so a text that is all new
touches a list in most p files of its segment. What is read for a term, in all segments, times the files
that are touched cannot be less than all lists together: 3 MB for 10,000 articles. Of the two the reader's
bytes are kept small (9 kB a term). A small edit touches few: where p files begin and
end depends on the terms beside the cuts alone, their names on that, and no file names the digest but
``r.js``. What a build counted of a large segment
it leaves in the cache (``recall``), 1.5 kB an article, so that the next one counts what is new and writes
the files in which something differs (``making``): 0.2 s instead of 2 s for one article of 7,100. An
article that comes, goes or gets another date moves the numbers of those after it, so all p files of its
segment are written, and the x files of its month.
"""
