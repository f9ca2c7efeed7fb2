/* Search from files. A classic script; the index it reads (site_builder/search/) is classic scripts
   too, each calling archiveShard() with data, so that it works over http, from disk and under a
   strict CSP. What fold(), terms(), readQuery() and split() do, site_builder/search/ does in Python:
   both are tested on tests/vectors/search.json. Text goes into the page as text, never as markup. */
(function () {
  'use strict';
  var PAGE = 20, TERM_LOW = 5, FOLLOWED = 128, WINDOW = 16, SOON = 60; // milliseconds: what comes within them goes on the page together
  var BLANK = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;
  var HIDDEN = /[\0\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ud800-\udfff]/gu; // of surrogates, with u, the lone ones
  var JOINED = '\\p{M}\u1100-\u11ff\u3131-\u318e\uff9e\uff9f\uffa0-\uffdc'; // may become one with what stands before
  var ONES = ' -~\xb7\xc0-\u012f\u0134-\u013e\u0141-\u0148\u014a-\u017e\u0391-\u03ce\u0400-\u045f\u05d0-\u05ea\u0621-\u063a\u0641-\u064a\u2013-\u2016\u2018-\u201f\u3000-\u3020\u3041-\u3096\u30a1-\u30fc\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff5e'; // what folds unit by unit
  var EVEN = new RegExp('^[' + ONES + ']*$'), PIECE = new RegExp('[' + ONES + ']+(?![' + JOINED + '])|[^][' + JOINED + ']*', 'gu');
  var TOKEN = /-?(?:(?:来源|來源|source|标签|標籤|tag):)?"[^"]*"(?= |$)|[^ ]+/gi;
  var FILTER = /^(来源|來源|source|标签|標籤|tag):(.+)$/i;
  var RANGE = /^(\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?)?\.\.(\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?)?$/;

  // --- text becomes terms ------------------------------------------------------------------

  /* The table of Traditional characters is read when a file of texts says that it has some, or a query may:
     GB 2312, which every browser can decode, has the Simplified ones, and four that are folded all the same. */
  var simple = null, known = ''; // a unit's Simplified one, or 0
  function learn(count, from, to) {
    var code = 0, last = 0;
    simple = new Uint16Array(65536);
    from = new Reader(from); to = new Reader(to);
    while (count--) {
      var step = to.number(12);
      simple[code += from.number(2)] = last += step & 1 ? -(step + 1) / 2 : step / 2;
    }
  }
  function mayFold(s) {
    if (!known) {
      for (var i = 0, bytes = new Uint8Array(13536); i < 6768; i++) { bytes[2 * i] = 0xb0 + i / 94; bytes[2 * i + 1] = 0xa1 + i % 94; }
      known = new TextDecoder('gbk').decode(bytes);
    }
    return (s.normalize('NFKC').match(/[\u4e00-\u9fff]/g) || []).some(function (c) { return known.indexOf(c) < 0 || /[後徵於菸]/.test(c); });
  }
  function table(needed) { // resolved once fold() does what it should
    return simple || !needed ? Promise.resolve() : load('h', fresh).then(function (r) { learn(r[0], r[1], r[2]); });
  }
  function clean(s) { return s.replace(HIDDEN, '').replace(BLANK, ' ').replace(/^ | $/g, ''); }
  function fold(s) {
    s = s.normalize('NFKC').toLowerCase().replace(/ς/g, 'σ');
    if (!simple) return s;
    for (var i = 0, from = 0, out = '', other; i < s.length; i++) if ((other = simple[s.charCodeAt(i)])) {
      out += s.slice(from, i) + String.fromCharCode(other);
      from = i + 1;
    }
    return out + s.slice(from);
  }
  function key(s) { return fold(clean(s)).replace(/[ -]/g, ''); }
  function fnv(s) {
    for (var n = 0x811c9dc5, i = 0; i < s.length; i++) n = Math.imul(n ^ s.charCodeAt(i), 0x01000193);
    return n >>> 0;
  }
  function filterTerm(kind, name) { return 0xe0000000 + (fnv(kind + key(name)) & 0x0fffffff); }
  function isWord(u) {
    return u < 0xc0 ? u > 47 && u < 58 || u > 96 && u < 123
      : !(u > 0x1fff && u < 0x2e80 || u > 0x3007 && u < 0x3040 || u > 0x2fff && u < 0x3005 || u > 0xdfff);
  }
  function alnum(u) { return u > 47 && u < 58 ? u - 48 : u > 96 && u < 123 ? u - 87 : 255; }
  function pair(a, b) { return a * 65536 + (b === 32 ? 0 : b); } // a blank is 0, as is the end of a text, and never first
  function terms(s) { // [terms, each with what follows it, whether an article that has them all is sure to hold s]
    if (s.length === 1) return [[s.charCodeAt(0)], true];
    s = s.slice(0, WINDOW);
    var first = [], rest = [], bridges = [], covered = 0, u = [], v = [], i, long, term;
    for (i = 0; i < s.length; i++) { u[i] = s.charCodeAt(i); v[i] = alnum(u[i]); }
    function add(list, term, next) { list.push(next < s.length ? ((u[next] * 40503 >> 7 & 15) + 1) * ALL + term : term); }
    function bridge(from, to) { add(bridges, BRIDGES + (fnv(s.slice(from, to)) >>> 19) * 16, to); }
    for (i = 0; i + 1 < s.length; i++) {
      long = v[i] < 36 && v[i + 1] < 36 && v[i + 2] < 36;
      if (!long && v[i] < 36 && v[i + 1] < 36 && v[i - 1] < 36) continue; // the end of a triple
      if (u[i] === 32) continue;
      term = long ? 65536 + v[i] * 1296 + v[i + 1] * 36 + v[i + 2] : pair(u[i], u[i + 1]);
      add(i >= covered ? first : rest, term, i + (long ? 3 : 2));
      if (i >= covered) covered = i + (long ? 3 : 2);
    }
    for (i = 0, long = -1; i < s.length; i++) if (isWord(u[i])) { // what is between two words, with a unit of each
      if (long >= 0 && i - long > 1 && i - long < 6) bridge(long, i + 1);
      long = i;
    }
    for (i = 0; i + 3 < s.length; i++) if (isWord(u[i]) && v[i] > 36 && v[i + 1] < 36 && v[i + 2] < 36 && v[i + 3] < 36) bridge(i, i + 4);
    return [once(bridges.concat(first, rest)), s.length === 2 || s.length === 3 && Math.max(v[0], v[1], v[2]) < 36];
  }
  var ALL = 0x100000000, BRIDGES = 0xf0000000;
  function once(a) { return a.filter(function (x, i) { return a.indexOf(x) === i; }); }

  // --- a line becomes a question -----------------------------------------------------------

  function unquoted(s) { return s.length > 1 && s[0] === '"' && s[s.length - 1] === '"' ? s.slice(1, -1).trim() : s; }
  function readQuery(line) {
    var q = { pieces: [], since: '', until: '' }, seen = {};
    var tokens = clean(line).match(TOKEN) || [];
    tokens.forEach(function (token) {
      var m = RANGE.exec(token), p;
      if (m && (m[1] || m[2])) { q.since = m[1] || q.since; q.until = m[2] || q.until; return; }
      var not = token.length > 1 && token[0] === '-' && tokens.length > 1, rest = not ? token.slice(1) : token;
      if ((m = FILTER.exec(rest))) p = { kind: /^(标签|標籤|tag)$/i.test(m[1]) ? 't' : 's', text: unquoted(m[2]), not: not, quoted: false };
      else p = { kind: 'w', text: fold(unquoted(rest)), not: not, quoted: unquoted(rest) !== rest };
      var id = p.kind + p.not + p.quoted + p.text;
      if (p.text.trim() && !seen[id]) { seen[id] = 1; q.pieces.push(p); }
    });
    return q;
  }
  function within(when, q) {
    return !q.since && !q.until || !!when && when.slice(0, q.since.length) >= q.since.slice(0, when.length) &&
      (!q.until || when.slice(0, q.until.length) <= q.until.slice(0, when.length));
  }

  // --- when nothing stands as written ------------------------------------------------------

  function wordRuns(run) {
    return Array.from(run, function (c) { return isWord(c.charCodeAt(0)) ? c : ' '; }).join('').split(' ').filter(Boolean);
  }
  function pairsOf(word) { // the terms whose counts split() wants
    var out = [];
    for (var i = 1; i < word.length; i++) out.push(word.charCodeAt(i - 1) * 65536 + word.charCodeAt(i));
    return out;
  }
  function split(s, count) {
    var parts = [], ok = true;
    (s.match(/[0-9a-z]+|[^0-9a-z]+/g) || []).forEach(function (run) {
      if (/[0-9a-z]/.test(run)) { parts.push(run); return; }
      wordRuns(run).forEach(function (word) {
        var c = chain(word, count);
        if (c) parts = parts.concat(c); else ok = false;
      });
    });
    return ok ? once(parts) : null;
  }
  function chain(word, count) { // cover it with pairs; a pair is the cheaper the more articles have it
    if (word.length < 3 || /[\ud800-\udfff]/.test(word)) return [word];
    var best = [0, Infinity], came = [0, 0], parts = [], end;
    for (end = 2; end <= word.length; end++) {
      var n = count(word.charCodeAt(end - 2) * 65536 + word.charCodeAt(end - 1));
      came[end] = best[end - 2] <= best[end - 1] ? end - 2 : end - 1;
      best[end] = best[came[end]] + (n ? 40 - (32 - Math.clz32(n)) : Infinity);
    }
    if (best[word.length] === Infinity) return null;
    for (end = word.length; end > 0; end = came[end]) parts.unshift(word.slice(Math.max(0, end - 2), end));
    return parts;
  }
  function isTypo(one, other) {
    if (Math.abs(one.length - other.length) > 1 || one === other) return false;
    var i = 0;
    while (i < one.length && one[i] === other[i]) i++;
    var a = one.slice(i), b = other.slice(i);
    return a.slice(1) === b.slice(1) || a.slice(1) === b || a === b.slice(1) ||
      a.length > 1 && a[0] === b[1] && a[1] === b[0] && a.slice(2) === b.slice(2);
  }
  function nearest(word, known) {
    var names = Object.keys(known);
    if (names.some(function (n) { return n.indexOf(word) >= 0; })) return word;
    return names.filter(function (n) { return isTypo(word, n); })
      .sort(function (a, b) { return known[b] - known[a] || (a < b ? -1 : 1); })[0] || word;
  }

  // --- the index's numbers -----------------------------------------------------------------

  function unpack(s) { // a unit is 15 bits, the lowest first
    var out = new Uint8Array(s.length * 15 / 8 + 5), bits = 0, have = 0, at = 0;
    for (var i = 0; i < s.length; i++) {
      bits |= s.charCodeAt(i) - 0x3400 << have;
      for (have += 15; have > 7; have -= 8) { out[at++] = bits; bits >>>= 8; }
    }
    out[at] = bits;
    return out;
  }
  function Reader(s) { this.d = unpack(s); this.at = 0; }
  Reader.prototype.bits = function (n) {
    for (var v = 0, f = 1; n > 0;) {
      var off = this.at & 7, take = Math.min(8 - off, n), one = 1 << take;
      v += (this.d[this.at >> 3] >> off & one - 1) * f;
      f *= one; n -= take; this.at += take;
    }
    return v;
  };
  Reader.prototype.number = function (low) { // exponential Golomb: site_builder/search/numbers.py
    var d = this.d, i = this.at >> 3, w = (d[i] | d[i + 1] << 8 | d[i + 2] << 16 | d[i + 3] << 24) >>> (this.at & 7);
    var above = 31 - Math.clz32(~w & w + 1), width = above + low; // 25 bits at once, where one by one took three times as long
    if (above + width < 25) {
      this.at += above + width + 1;
      return (w >> above + 1 & (1 << width) - 1) + (1 << width) - (1 << low);
    }
    for (above = 0; d[this.at >> 3] >> (this.at & 7) & 1; above++) this.at++;
    this.at++;
    return this.bits(above + low) + Math.pow(2, above + low) - Math.pow(2, low);
  };
  Reader.prototype.rising = function (count, size, skip) { // number() once more, in place: half the time
    var out = [], item = -1, low = Math.max(0, 30 - Math.clz32(size / count | 0)), d = this.d, at = this.at;
    while (count--) {
      var i = at >> 3, w = (d[i] | d[i + 1] << 8 | d[i + 2] << 16 | d[i + 3] << 24) >>> (at & 7);
      var above = 31 - Math.clz32(~w & w + 1), width = above + low;
      if (above + width < 25) {
        at += above + width + 1;
        item += (w >> above + 1 & (1 << width) - 1) + (1 << width) - (1 << low) + 1;
      } else {
        this.at = at;
        item += this.number(low) + 1;
        at = this.at;
      }
      if (!skip) out.push(item);
    }
    this.at = at;
    return out;
  };
  function postings(s, count, size, low, high, follower) { // [the term, who holds it, whose title does, what follows] from low to high
    var r = new Reader(s), found = [], term = -1;
    function list(n, kind) {
      var titled = r.bits(1), skip = term < low || kind >= 0 && follower >= 0 && kind !== follower;
      var all = n > 1 ? r.rising(n, size, skip) : [r.bits(32 - Math.clz32(size - 1))];
      var some = !titled ? [] : n > 1 ? r.rising(r.number(0) + 1, n, skip).map(function (i) { return all[i]; }) : all;
      if (!skip) found.push([term, all, some, kind]);
    }
    while (count--) {
      term += r.number(TERM_LOW) + 1;
      if (term > high) break;
      var n = r.number(0) + 1;
      if (n < FOLLOWED) list(n, -1);
      else for (var kind = 0; kind < 16; kind++) if ((n = r.number(2))) list(n, kind);
    }
    return found;
  }

  function shares(s) { // where each file of terms begins and ends
    var r = new Reader(s), out = [];
    (function part(low, width) {
      if (r.bits(1)) { part(low, width / 2); part(low + width / 2, width / 2); } else if (r.bits(1)) out.push([low, low + width]);
    })(0, ALL);
    return out;
  }

  // --- the index's files -------------------------------------------------------------------

  var NOTHING = [[], []], base = '', wait = new Map(), got = new Map(), fresh = '';
  window.archiveShard = function (name) { got.set(name, Array.prototype.slice.call(arguments, 1)); };
  function load(name, version) {
    if (!wait.has(name)) wait.set(name, new Promise(function (ok, no) {
      var s = document.createElement('script');
      function fail() { s.remove(); wait.delete(name); no(new Error(name)); }
      s.src = base + name + '.js' + (version ? '?' + version : '');
      s.onerror = fail;
      s.onload = function () { if (!got.has(name)) fail(); else { s.remove(); ok(got.get(name)); got.delete(name); } };
      document.head.append(s);
    }));
    return wait.get(name);
  }
  var segments = null;
  function open() { // all segments, newest first; asked once
    if (!segments) {
      segments = load('r', fresh).then(function (r) {
        return r[1].map(function (row) {
          var firsts = range(row[3]); // of each portion, the first of its article
          if (row[7][0]) new Reader(row[7][1]).rising(row[7][0], row[3]).forEach(function (i) { firsts[i] = firsts[i - 1]; });
          return { name: row[0], digest: row[1], order: row[2], n: row[3], k: row[4], months: row[5], files: shares(row[6]), firsts: firsts };
        });
      });
      segments.catch(renew);
    }
    return segments;
  }
  function renew() { segments = null; fresh = String(Date.now()); wait.clear(); } // ask the server, not a cache, the next time
  function rarity(seg, term) { // by the width of its file of lists: in a wide one terms are rare; threes stand closer, bridges are best
    var t = term % ALL, f = seg.files[firstAbove(seg.files, 1, t)];
    return t >= BRIDGES ? ALL : f && f[0] <= t ? (f[1] - f[0]) * (t < 131072 ? 256 : 1) : ALL;
  }
  function firstAbove(rows, column, value) { // where the rows begin that have more there
    for (var from = 0, to = rows.length, m; from < to;) if (rows[m = from + to >> 1][column] > value) to = m; else from = m + 1;
    return from;
  }
  function holders(seg, term) { // [articles that have it, articles whose title has it]; a single unit stands for all its pairs
    var follower = Math.floor(term / ALL) - 1, low = term % ALL, high = low;
    if (low < 65536) { low *= 65536; high = low + 65535; }
    else if (low >= BRIDGES) { high = low + 15; if (follower >= 0) { high = low += follower; follower = -1; } }
    return Promise.all(seg.files.slice(firstAbove(seg.files, 1, low), firstAbove(seg.files, 0, high)).map(function (f) {
      var name = seg.name + '/p' + (f[0] + f[1]).toString(16), first = f[0];
      return load(name, seg.digest).then(function (r) {
        if (r[2] !== seg.order) throw new Error(name); // the site was built again meanwhile
        if (seg.files.length > 1) return postings(r[1], r[0], seg.n, low - first, high - first, follower);
        r.all = r.all || postings(r[1], r[0], seg.n, 0, Infinity, -1); // warmUp() did
        return r.all.slice(firstAbove(r.all, 0, low - first - 1), firstAbove(r.all, 0, high - first))
          .filter(function (l) { return follower < 0 || l[3] < 0 || l[3] === follower; });
      });
    })).then(function (files) {
      var lists = [].concat.apply([], files);
      return !lists.length ? NOTHING : lists.length === 1 ? lists[0].slice(1) : [1, 2].map(function (i) {
        var has = new Uint8Array(seg.n), out = [], id;
        lists.forEach(function (l) { for (var at = 0; at < l[i].length; at++) has[l[i][at]] = 1; });
        for (id = 0; id < seg.n; id++) if (has[id]) out.push(id);
        return out;
      });
    });
  }
  function rows(r) { // articles are deflated JSON; what inflates them came into all browsers by 2023
    var inflate = new DecompressionStream('deflate-raw'), to = inflate.writable.getWriter(); // a Blob's stream goes by way of another process
    to.write(unpack(r[1]).subarray(0, Math.abs(r[0]))).catch(function () {}); // what fails here, fails below
    to.close().catch(function () {});
    return Promise.all([new Response(inflate.readable).arrayBuffer(), table(r[0] < 0)]).then(function (got) {
      return JSON.parse(new TextDecoder('gb18030').decode(got[0]));
    });
  }
  function portion(seg, id) {
    for (var i = 0, at = id; at >= seg.months[i][1]; i++) at -= seg.months[i][1];
    var name = seg.name + '/x' + seg.months[i][0] + '-' + Math.floor(at / seg.k);
    return load(name, seg.digest).then(function (r) {
      return (r.rows = r.rows || rows(r).catch(function () { r.rows = null; throw new Error(name); }));
    }).then(function (list) { return list[at % seg.k]; });
  }
  function article(c, id) { // with those of its portions that may hold what is asked, runs of them put together
    for (var places = [], i = id; c.seg.firsts[i] === id; i++) if (c.reads[i]) places.push(i);
    return Promise.all(places.map(function (i) { return portion(c.seg, i); })).then(function (rows) {
      var a = rows[0].slice(), texts = [];
      rows.forEach(function (row, i) {
        var run = places[i + 1] === places[i] + 1 ? row[5].slice(0, row[6]) : row[5];
        if (i && places[i - 1] === places[i] - 1) texts.push(texts.pop() + run); else texts.push(run);
      });
      a.folded = [fold(a[0]), texts.map(fold)];
      a[5] = (places[0] > id ? '… ' : '') + texts.join(' … ');
      return a;
    });
  }

  // --- finding -----------------------------------------------------------------------------

  function intersect(a, b) { // both rise
    for (var out = [], i = 0, j = 0; i < a.length && j < b.length;) {
      if (a[i] < b[j]) i++;
      else if (a[i] > b[j]) j++;
      else { out.push(a[i++]); j++; }
    }
    return out;
  }
  function candidates(seg, q, depth) { // {seg, ids, titles, sure, years}: no article that holds it is missing
    var ids = null, titles = null, reads = new Uint8Array(seg.n), whole = false, sure = !(q.since + q.until).match(/-\d\d-/);
    var asked = q.pieces.filter(function (p) { return !p.not; }).map(function (p) {
      var t = p.kind === 'w' ? terms(p.text) : [[filterTerm(p.kind, p.text)], true];
      if (!t[1]) sure = false;
      var rare = t[0].slice().sort(function (a, b) { return rarity(seg, b) - rarity(seg, a); });
      return { word: p.kind === 'w', terms: rare, long: p.text.length > WINDOW };
    });
    return Promise.all(asked.map(function (p) {
      return Promise.all(p.terms.slice(0, depth).map(function (t) { return holders(seg, t); })).then(function (lists) {
        var places = lists.map(function (l) { return l[0]; }).reduce(intersect), found = firstsOf(seg, places);
        ids = ids ? intersect(ids, found) : found;
        if (p.word) {
          places.forEach(function (i) { reads[i] = 1; });
          whole = whole || p.long;
          titles = lists.map(function (l) { return l[1]; }).concat(titles ? [titles] : []).reduce(intersect);
        }
      });
    })).then(function () {
      return Promise.all(q.pieces.filter(function (p) { return p.not; }).map(function (p) {
        var t = p.kind === 'w' ? terms(p.text) : [[], false];
        if (!t[1]) { sure = false; whole = true; return null; }
        return holders(seg, t[0][0]).then(function (l) {
          var s = new Set(firstsOf(seg, l[0]));
          ids = (ids || firstsOf(seg, range(seg.n))).filter(function (x) { return !s.has(x); });
        });
      }));
    }).then(function () {
      var years = {}, kept = [], end = 0, i = 0, span = { since: q.since.slice(0, 7), until: q.until.slice(0, 7) };
      ids = ids || firstsOf(seg, range(seg.n));
      seg.months.forEach(function (m) {
        var y = m[0].slice(0, 4), from = i, good = within(m[0], span);
        for (end += m[1]; ids[i] < end; i++) {
          if (!titles) reads[ids[i]] = 1;
          if (good) kept.push(ids[i]);
        }
        if (y && i > from) years[y] = (years[y] || 0) + i - from;
      });
      return { seg: seg, depth: depth, reads: whole ? reads.fill(1) : reads, titles: new Set(intersect(titles || [], kept)), ids: kept.reverse(), sure: sure, years: years };
    });
  }
  function firstsOf(seg, places) {
    for (var out = [], last = -1, i = 0; i < places.length; i++) if (seg.firsts[places[i]] !== last) out.push(last = seg.firsts[places[i]]);
    return out;
  }
  function range(n) { return Array.from({ length: n }, function (_, i) { return i; }); }
  function check(a, q) { // null, or whether all of it stands in the title
    var names = { s: [key(a[3])], t: a[4].map(key) }, all = true, some = false;
    if (!within(a[2], q)) return null;
    for (var i = 0; i < q.pieces.length; i++) {
      var p = q.pieces[i], inTitle = false, has;
      if (p.kind === 'w') {
        inTitle = a.folded[0].indexOf(p.text) >= 0;
        has = inTitle || a.folded[1].some(function (text) { return text.indexOf(p.text) >= 0; });
        if (!p.not) { some = true; all = all && inTitle; }
      } else has = names[p.kind].indexOf(key(p.text)) >= 0;
      if (has === p.not) return null;
    }
    return some && all;
  }

  /* A search under way. `todo` are candidates in the order in which they are to be shown, `next()`
     gives so many of them that hold what was asked. */
  function Search(line, byTime) {
    this.line = line; this.q = readQuery(line); this.byTime = byTime;
    this.parts = null; this.found = []; this.todo = []; this.held = 0; this.sure = true;
    this.depth = 0; this.missed = 0; this.done = new Set(); this.misses = new Map(); // candidates that turned out to hold it not, with their years
  }
  Search.prototype.start = function (soon) {
    var me = this, q = me.q;
    if (!q.pieces.length && !q.since && !q.until) return Promise.resolve(me);
    return Promise.all([open(), table(mayFold(me.line))]).then(function (r) {
      var segs = r[0];
      me.q = q = readQuery(me.line); // again, now that the table of characters may be there
      me.segs = segs;
      return me.gather(soon);
    });
  };
  Search.prototype.gather = function (soon) {
    var me = this;
    me.depth = Math.min(4, Math.max(2, 24 / me.segs.length | 0));
    return inOrder(me.segs, function (seg) { return candidates(seg, me.q, me.depth); }, function (c) {
      me.found.push(c);
      if (soon) soon(me);
    }).then(function () { me.line_up(); return me; });
  };
  Search.prototype.deepen = function (count) { // more terms of the segments that hold the next ones, or null
    var me = this, behind = once(me.todo.slice(0, count).map(function (t) { return t >> 14; })).filter(function (s) { return me.found[s].depth < me.depth; });
    return !behind.length ? null : Promise.all(behind.map(function (s) {
      return candidates(me.segs[s], me.q, me.depth).then(function (c) { me.found[s] = c; });
    })).then(function () { me.line_up(); });
  };
  Search.prototype.hasMore = function () { // terms to ask for: each costs a file of each segment, so only after misses
    var depth = this.depth;
    return depth < 8 && this.q.pieces.some(function (p) { return p.kind === 'w' && !p.not && terms(p.text)[0].length > depth; });
  };
  Search.prototype.line_up = function () {
    var first = [], rest = [], me = this;
    me.found.forEach(function (c, s) {
      me.sure = me.sure && c.sure;
      for (var i = 0, id; i < c.ids.length; i++) {
        id = c.ids[i];
        if (!me.done.has(s * 16384 + id)) (!me.byTime && c.titles.has(id) ? first : rest).push(s * 16384 + id);
      }
    });
    me.todo = first.concat(rest);
    me.asked = new Map();
  };
  Search.prototype.total = function () { return this.held + this.todo.length; };
  Search.prototype.next = function (count) {
    var me = this, out = [];
    return new Promise(function (ok, no) {
      function ask(t) {
        var c = me.found[t >> 14], one = { title: c.titles.has(t & 16383) };
        me.asked.set(t, one);
        article(c, t & 16383).then(function (a) { one.article = a; step(); }, no);
      }
      function settle(t) {
        var one = me.asked.get(t), holds = check(one.article, me.q);
        if (holds === false && one.title && !me.byTime && !one.late) { one.late = true; me.later(t); return; }
        me.asked.delete(t);
        me.done.add(t);
        if (holds === null) { me.missed++; me.misses.set(t, one.article[2].slice(0, 4)); }
        else { me.held++; out.push(one.article); }
      }
      function isRead() { var one = me.todo.length && me.asked.get(me.todo[0]); return one && one.article; }
      function step() { // in order; so many are asked for as are wanted, by what share of those before held it
        var before = out.length;
        if (me.waits) return;
        while (out.length < count && isRead()) settle(me.todo.shift());
        if (out.length === count || !me.todo.length) { ok(out); return; }
        if (me.partly && out.length > before) me.partly(me, out);
        if (me.missed > 2 && me.missed * 2 > me.held && me.hasMore()) { me.depth += 2; me.missed = 0; }
        var size = Math.ceil((count - out.length) * (me.done.size + 4) / (me.held + 4));
        size = Math.min(size, me.depth < 3 && me.done.size < 4 && me.hasMore() ? 8 : 2 * count, me.todo.length);
        var deeper = me.deepen(size);
        if (deeper) {
          me.waits = true;
          deeper.then(function () { me.waits = false; step(); }, no);
          return;
        }
        me.todo.slice(0, size).forEach(function (t) { if (!me.asked.has(t)) ask(t); });
      }
      step();
    });
  };
  Search.prototype.peek = function (count) { // read the first ones, so that it is known whether there are any
    var me = this;
    return me.next(count).then(function (list) { me.ready = list; return me; });
  };
  Search.prototype.later = function (t) { // its title has all the terms, but not as written: by time, then
    var i = 0, todo = this.todo, found = this.found, asked = this.asked;
    function comesFirst(u) { // titles do; else segments are in order, and a segment's articles from the newest
      return found[u >> 14].titles.has(u & 16383) && !(asked.get(u) || {}).late || u >> 14 < t >> 14 || u >> 14 === t >> 14 && u > t;
    }
    while (i < todo.length && comesFirst(todo[i])) i++;
    todo.splice(i, 0, t);
  };
  Search.prototype.ids = function (s) { // candidates of a segment without those that hold it not
    var misses = this.misses;
    return this.found[s].ids.filter(function (id) { return !misses.has(s * 16384 + id); });
  };
  Search.prototype.years = function () { // how many each year has: all that may hold it, until all were looked at
    var me = this, years = {};
    me.found.forEach(function (c) { for (var y in c.years) years[y] = (years[y] || 0) + c.years[y]; });
    me.misses.forEach(function (y, t) { if (me.found[t >> 14].ids.indexOf(t & 16383) >= 0) years[y]--; });
    for (var y in years) if (!years[y]) delete years[y];
    return years;
  };
  Search.prototype.isExact = function () { return this.sure || !this.todo.length; };
  Search.prototype.isPlain = function (p) { return p.kind === 'w' && !p.not && !p.quoted; };
  Search.prototype.parted = function () { // a search for the parts, or null
    var me = this, counts = new Map(), wanted = [];
    me.q.pieces.filter(me.isPlain).forEach(function (p) {
      (p.text.match(/[^0-9a-z]+/g) || []).forEach(function (run) { wordRuns(run).forEach(function (w) { wanted = wanted.concat(pairsOf(w)); }); });
    });
    return Promise.all(me.segs.map(function (seg) {
      return Promise.all(once(wanted).map(function (t) {
        return holders(seg, t).then(function (l) { counts.set(t, (counts.get(t) || 0) + l[0].length); });
      }));
    })).then(function () {
      var pieces = [], parts = [], seen = {}, changed = false;
      for (var i = 0; i < me.q.pieces.length; i++) {
        var p = me.q.pieces[i];
        if (!me.isPlain(p)) { pieces.push(p); continue; }
        var own = split(p.text, function (t) { return counts.get(t) || 0; });
        if (!own) return null;
        if (own.join() !== p.text) changed = true;
        own.forEach(function (s) {
          if (seen[s]) return;
          seen[s] = 1; parts.push(s); pieces.push({ kind: 'w', text: s, not: false, quoted: false });
        });
      }
      if (!changed) return null;
      var other = new Search(me.line, me.byTime);
      other.parts = parts; other.segs = me.segs;
      other.q = { pieces: pieces, since: me.q.since, until: me.q.until };
      return other.gather();
    });
  };
  Search.prototype.better = function () { // the line with Latin words as the archive spells them, or ''
    var line = fold(this.line);
    if (!/[a-z][a-z0-9]{3}/.test(line)) return Promise.resolve('');
    return Promise.all(this.segs.map(function (seg) { return load(seg.name + '/f', seg.digest); })).then(function (files) {
      var known = {};
      files.forEach(function (f) { f[2].forEach(function (w) { known[w[0]] = (known[w[0]] || 0) + w[1]; }); });
      var other = line.replace(/[a-z][a-z0-9]{3,23}/g, function (w) { return nearest(w, known); });
      return other === line ? '' : other;
    });
  };
  function inOrder(items, work, done) { // six at a time; results in order, as soon as their turn comes
    var results = [], at = 0, given = 0;
    function one() {
      if (at >= items.length) return Promise.resolve();
      var i = at++;
      return work(items[i]).then(function (r) {
        results[i] = r;
        while (given in results) done(results[given++]);
        return one();
      });
    }
    return Promise.all([1, 2, 3, 4, 5, 6].map(one));
  }

  // --- where in a text -------------------------------------------------------------------

  function places(text, words, folded) { // [start, stop] in the text, in order, apart from each other; folded: all of it, or nothing
    var starts = null, out = [];
    if (!EVEN.test(text)) {
      starts = []; folded = '';
      (text.match(PIECE) || []).reduce(function (at, piece) {
        var f = fold(piece), even = EVEN.test(piece);
        for (var i = 0; i < f.length; i++) starts.push(even ? at + i : at);
        folded += f;
        return at + piece.length;
      }, 0);
      starts.push(text.length);
    } else if (folded == null) folded = fold(text);
    words.forEach(function (w) {
      for (var i = folded.indexOf(w); i >= 0; i = folded.indexOf(w, i + w.length)) {
        var stop = i + w.length;
        if (starts) while (stop < starts.length - 1 && starts[stop] === starts[stop - 1]) stop++;
        out.push(starts ? [starts[i], starts[stop]] : [i, stop]);
      }
    });
    out.sort(function (a, b) { return a[0] - b[0] || b[1] - a[1]; });
    return out.filter(function (p, i) {
      if (i && p[0] < out.end) return false;
      out.end = p[1];
      return true;
    });
  }

  window.archiveSearch = { fold: fold, clean: clean, terms: terms, readQuery: readQuery, split: split, filterTerm: filterTerm,
    isTypo: isTypo, nearest: nearest, Reader: Reader, shares: shares, rows: rows, table: table, places: places,
    find: function (line, byTime) { // for tests and curious readers: everything that is found
      return new Search(line, byTime).start().then(function (s) {
        return s.next(Infinity).then(function (hits) {
          if (hits.length || !s.segs) return [s, hits];
          return s.parted().then(function (o) { return o ? o.next(Infinity).then(function (h) { return h.length ? [o, h] : [s, h]; }) : [s, hits]; });
        });
      }).then(function (r) {
        return { urls: r[1].map(function (a) { return a[1]; }), parts: r[1].length && r[0].parts || [] };
      });
    } };

  // --- the page ----------------------------------------------------------------------------

  var page = document.getElementById('search');
  if (!page) return;
  var say = page.dataset, input = document.getElementById('q'), hits = document.getElementById('hits');
  var status = page.querySelector('[role=status]'), notes = document.getElementById('notes'), tools = document.getElementById('tools');
  var browse = document.getElementById('browse'), current = null, run = 0, timer = 0, typed = false, title = document.title;
  base = say.index;

  function el(name, cls, text) {
    var e = document.createElement(name);
    if (cls) e.className = cls;
    if (text != null) e.textContent = text;
    return e;
  }
  function button(cls, text, act) {
    var b = el('button', cls, text);
    b.type = 'button';
    b.onclick = act;
    return b;
  }
  function words(text, values) { return text.replace(/\{(\w+)\}/g, function (_, k) { return values[k]; }); }
  function mark(into, text, spans, from, to) {
    var at = from;
    spans.forEach(function (p) {
      if (p[1] <= from || p[0] >= to) return;
      into.append(text.slice(at, Math.max(at, p[0])), el('mark', '', text.slice(Math.max(at, p[0]), Math.min(p[1], to))));
      at = Math.min(p[1], to);
    });
    into.append(text.slice(at, to));
    return into;
  }
  function snippet(into, text, wanted, folded) {
    var spans = places(text, wanted, folded), at = spans.length ? spans[0][0] : 0;
    var from = Math.max(0, at - 30), to = Math.min(text.length, at + 80);
    if (/[\udc00-\udfff]/.test(text[from] || '')) from++;
    if (/[\udc00-\udfff]/.test(text[to] || '')) to++;
    if (from) into.append('…');
    mark(into, text, spans, from, to);
    if (to < text.length) into.append('…');
  }
  function wanted() {
    return current.q.pieces.filter(function (p) { return p.kind === 'w' && !p.not; }).map(function (p) { return p.text; });
  }
  function direct(e) { // a name of the other direction at its beginning does not turn a text of the page's own
    var left = /[\u0590-\u08ff]/.test(e.textContent), right = /[a-z]/i.test(e.textContent);
    if (left || right && document.dir) e.dir = !left ? 'ltr' : document.dir || !right ? 'rtl' : 'auto';
  }
  function show(a) {
    var box = el('article', 'hit'), meta = el('p', 'meta'), head = el('h2'), link = el('a'), text = el('p'), time = el('time', '', a[2].slice(0, 16).replace('T00:00', '').replace('T', ' '));
    meta.append(el('span', 'src', a[3]));
    if (a[2]) { time.dateTime = a[2]; meta.append(' ', time); }
    link.href = say.root + a[1];
    mark(link, a[0], places(a[0], wanted(), a.folded[0]), 0, a[0].length);
    head.append(link);
    snippet(text, a[5], wanted(), a.folded[1][0]); // of several portions the signs between them do not fold unit by unit
    [link, text].forEach(function (e) { direct(e); if (a[8]) e.lang = a[8]; }); // what reads aloud takes another voice
    box.append(meta, head, text);
    return box;
  }
  function more(count, mine, drawn) {
    var ready = current.ready;
    current.ready = null;
    return (ready ? Promise.resolve(ready) : current.next(count)).then(function (found) {
      if (mine !== run) return null;
      var old = document.getElementById('more'), list = found.slice(drawn).map(show);
      if (old) old.remove();
      hits.append.apply(hits, list);
      if (current.todo.length) {
        var b = button('btn', say.more, function () {
          b.disabled = true;
          more(PAGE, mine, 0).then(function (first) { if (first) first.querySelector('a').focus(); keep(); tellAgain(); }, failed);
        });
        b.id = 'more';
        hits.append(b);
      }
      return list[0];
    });
  }
  function tell() {
    var n = current.total(), q = current.line.trim(), parts = current.parts;
    var text = !n ? words(say.none, { q: q }) :
      parts ? words(say.split, { q: q, n: n, parts: parts.join(say.and) }) :
      words(current.isExact() ? say.found : say.about, { n: n });
    if (status.textContent !== text) status.textContent = text; // else it is read aloud once more
    notes.textContent = '';
    if (!n) return;
    var plain = current.q.pieces.filter(function (p) { return p.kind === 'w' && !p.not; });
    if (plain.some(function (p) { return clean(q).toLowerCase().indexOf(p.text) < 0; }) && !parts) {
      notes.append(words(say.folded, { q: plain.map(function (p) { return p.text; }).join(' ') }));
    }
  }
  function tellAgain() { // when more was looked at; what somebody is about to press stays
    tell();
    if (!current.sure && current.isExact() && !tools.matches(':focus-within') && !tools.querySelector('[open]')) drawTools();
  }
  function failed(error) {
    status.textContent = words(say.failed, { file: say.index + error.message + '.js' });
    notes.textContent = '';
    notes.append(button('btn', say.retry, function () { renew(); go(false); }));
    hits.removeAttribute('aria-busy');
    var old = document.getElementById('more');
    if (old) old.remove();
  }

  // Filters are part of the line: what a chip does, a reader can type, link and undo.
  function token(kind, name) { return kind + ':' + (/[ "]/.test(name) ? '"' + name.replace(/"/g, '') + '"' : name); }
  function toggle(word) {
    var list = clean(input.value).match(TOKEN) || [], at = list.indexOf(word);
    if (at >= 0) list.splice(at, 1);
    else list = list.filter(function (t) { return !(RANGE.test(word) && RANGE.test(t)); }).concat(word);
    input.value = list.join(' ');
    go(true);
  }
  function chip(name, n, word, exact) {
    var b = button('chip', name, function () { toggle(word); });
    b.append(' ', el('span', 'n', (exact ? '' : '≈') + n)); // ≈: not all were looked at
    b.setAttribute('aria-pressed', String((clean(input.value).match(TOKEN) || []).indexOf(word) >= 0));
    return b;
  }
  function group(label, chips) {
    var p = el('p', 'chips');
    p.setAttribute('role', 'group');
    p.setAttribute('aria-label', label);
    p.append(el('span', 'small', label), ' ');
    p.firstChild.setAttribute('aria-hidden', 'true');
    chips.forEach(function (c) { p.append(c, ' '); });
    return p;
  }
  function drawTools() {
    var years = current.years(), mine = run;
    tools.textContent = '';
    if (!current.total()) return;
    var names = Object.keys(years).sort().reverse(), narrow = current.q.since + current.q.until;
    var order = group(say.order, [[say.relevance, false], [say.newest, true]].map(function (o) {
      var b = button('chip', o[0], function () { current.byTime = o[1]; go(true, o[1]); });
      b.setAttribute('aria-pressed', String(current.byTime === o[1]));
      return b;
    }));
    tools.append(order);
    if (names.length > 1 || narrow) tools.append(group(say.years, names.map(function (y) { return chip(y, years[y], y + '..' + y, current.sure || !narrow && current.isExact()); })));
    var box = el('details'), head = el('summary', '', say.filter), body = el('div');
    box.append(head, body);
    box.addEventListener('toggle', function () {
      if (box.open && !body.firstChild) facets().then(function (groups) { if (mine === run) body.append.apply(body, groups.concat(slashOption())); }, failed);
    });
    tools.append(box);
  }
  function facets() { // sources and tags of all that was found, with counts
    var counts = [new Map(), new Map()];
    return inOrder(current.found.map(function (c, s) { return { seg: c.seg, ids: current.ids(s) }; }).filter(function (c) { return c.ids.length; }), function (c) {
      return load(c.seg.name + '/f', c.seg.digest).then(function (f) {
        var ids = new Set(c.ids);
        counts.forEach(function (all, i) {
          f[i].forEach(function (row) {
            var n = new Reader(row[2]).rising(row[1], c.seg.n).filter(function (id) { return ids.has(id); }).length;
            if (n) all.set(row[0], (all.get(row[0]) || 0) + n);
          });
        });
      });
    }, function () {}).then(function () {
      return [[say.sources, say.source], [say.tags, say.tag]].map(function (names, i) {
        var rows = Array.from(counts[i]).sort(function (a, b) { return b[1] - a[1] || (a[0] < b[0] ? -1 : 1); }).slice(0, 16);
        return group(names[0], rows.map(function (r) { return chip(r[0], r[1], token(names[1], r[0]), current.isExact()); }));
      });
    });
  }
  function slashOption() {
    var label = el('label', 'small'), box = el('input');
    box.type = 'checkbox';
    box.checked = slash();
    box.onchange = function () { try { localStorage.setItem('search-slash', box.checked ? '1' : ''); } catch (e) { box.disabled = true; } };
    label.append(box, ' ', say.slash);
    return label;
  }
  function slash() { try { return localStorage.getItem('search-slash') === '1'; } catch (e) { return false; } }

  // The address says what is shown, so that it can be linked and Back works.
  function keep(push) {
    var p = new URLSearchParams(), line = input.value.trim();
    if (line) p.set('q', line);
    if (current && current.byTime) p.set('o', 'new');
    var address = location.pathname + (String(p) ? '?' + p : '');
    if (address === location.pathname + location.search) push = false;  // Back would seem to do nothing
    try { history[push ? 'pushState' : 'replaceState']({ shown: current && current.held ? hits.querySelectorAll('article').length : 0 }, '', address); } catch (e) { return false; }
    return true;
  }
  function go(push, byTime, count) {
    var mine = ++run, line = input.value.trim(), late;
    if (byTime === undefined) byTime = !!current && current.byTime;
    clearTimeout(timer);
    current = new Search(line, byTime);
    function sign() { // the title and the address: 6 ms, and more of other processes, so with the answer, or when it is late
      if (mine !== run) return;
      document.title = line ? line + ' · ' + title : title;
      if (push) keep(push !== 'typing');
      push = false;
    }
    if (!line) {
      sign();
      hits.textContent = tools.textContent = notes.textContent = status.textContent = '';
      browse.hidden = false;
      return;
    }
    hits.setAttribute('aria-busy', 'true');
    late = setTimeout(function () {
      sign();
      if (mine === run) status.textContent = say.searching;
    }, 250);
    var began = Date.now(), early = false, drawn = null, many = 0, tick = 0; // whose first hits are on the page, and how many
    function partly(s, list) { // what there is, while more is read; what a search has once shown stays where it is
      if (!tick) tick = setTimeout(function () {
        tick = 0;
        if (mine !== run || drawn && list.length <= many) return;
        begin(s);
        hits.append.apply(hits, list.slice(many).map(show));
        many = list.length;
        browse.hidden = true;
      }, SOON);
    }
    function begin(s) {
      if (s === drawn) return;
      hits.textContent = '';
      drawn = s; many = 0;
    }
    current.start(function (s) { // the first hits, while older segments are still being read
      if (mine !== run || early || Date.now() - began < 400 || s.segs.length < 9 || s.found.length === s.segs.length) return;
      var some = new Search(line, true);
      some.segs = s.segs; some.found = s.found.slice(); some.depth = s.depth; some.q = s.q; some.line_up();
      if (some.todo.length < PAGE) return;
      early = true;
      some.next(PAGE).then(function (list) { if (early) partly(some, list); }, function () { early = false; });
    }).then(function (s) {
      s.partly = partly;
      return s.peek(count || PAGE);
    }).then(function (s) {
      s.partly = null;
      if (s.total() || mine !== run || !s.segs) return s;
      return s.parted().then(function (o) { return o ? o.peek(PAGE) : null; }).then(function (o) { return o && o.total() ? o : s; });
    }).then(function (s) {
      clearTimeout(late);
      if (mine !== run) return null;
      clearTimeout(tick);
      early = false;
      current = s;
      begin(s);
      return more(count || PAGE, mine, many).then(function () {
        if (mine !== run) return null;
        hits.removeAttribute('aria-busy');
        browse.hidden = s.total() > 0;
        drawTools();
        tell();
        if (count) keep();
        setTimeout(sign);
        return s.total() || !s.segs ? null : s.better().then(function (better) {
          if (mine !== run || !better) return;
          notes.append(words(say.typo, { q: '' }), button('chip', better, function () { input.value = better; go(true); }));
        });
      });
    }).catch(function (error) { clearTimeout(late); clearTimeout(tick); sign(); if (mine === run) failed(error); });
  }

  function fromAddress() {
    var p = new URLSearchParams(location.search);
    input.value = p.get('q') || '';
    go(false, p.get('o') === 'new', history.state && history.state.shown > PAGE ? history.state.shown : 0);
  }
  input.form.addEventListener('submit', function (e) {
    e.preventDefault();
    typed = false;
    go(true);
  });
  function fetchAhead() { // the lists of what is typed so far: the pause that go() waits for is long enough for them
    var search = new Search(input.value, true);
    if (search.q.pieces.every(function (p) { return p.kind === 'w' && p.text.length > 1 && !/^[0-9a-z]{2}$/.test(p.text); })) search.start().catch(function () {});
  }
  input.addEventListener('input', function (e) {
    if (e.isComposing) return;
    fetchAhead();
    clearTimeout(timer);
    timer = setTimeout(function () { var first = !typed; typed = true; go(first ? true : 'typing'); }, 220);
  });
  input.addEventListener('compositionend', function () { input.dispatchEvent(new Event('input')); });
  window.addEventListener('popstate', fromAddress);
  document.addEventListener('keydown', function (e) {
    var links = Array.prototype.slice.call(hits.querySelectorAll('h2 a')), at = links.indexOf(document.activeElement);
    if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing) return;
    if (e.key === 'ArrowDown' && (at >= 0 || document.activeElement === input) && links[at + 1]) { e.preventDefault(); links[at + 1].focus(); }
    else if (e.key === 'ArrowUp' && at >= 0) { e.preventDefault(); (links[at - 1] || input).focus(); }
    else if (e.key === '/' && slash() && !/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) { e.preventDefault(); input.focus(); input.select(); }
  });
  fromAddress();
  function warmUp(segs) { // who comes here will search: the newest lists, and all that a hit takes, are read once before
    mayFold('一');
    return Promise.all(segs.map(function (seg) { return seg.files.length === 1 && holders(seg, 0); }).concat(segs.length && portion(segs[0], segs[0].n - 1).then(function (a) {
      fold(a[0] + a[5]);
      if (!current.line) { current.q.pieces = [{ kind: 'w', text: fold(a[0]).slice(0, 2) }]; show(a); current.q.pieces = []; }
    })));
  }
  open().then(warmUp).catch(function () {}); // what fails now is asked for again then
})();
